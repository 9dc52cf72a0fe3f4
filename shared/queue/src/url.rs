//! The queue's address.

use std::{fmt, str::FromStr};

use redis::{ConnectionInfo, IntoConnectionInfo};

use crate::error::QueueError;

/// Where hints travel: `memory:`, `redis://[user[:password]@]host[:port][/database]`, or `rediss://…` for TLS.
///
/// Neither `Debug` nor `Display` shows the password.
#[derive(Clone)]
pub struct QueueUrl(pub(crate) Address);

#[derive(Clone)]
pub(crate) enum Address {
    Memory,
    Redis {
        info: Box<ConnectionInfo>,
        /// The URL without its password.
        shown: String,
        /// Host and port, for error messages.
        server: String,
        tls: bool,
    },
}

impl QueueUrl {
    /// The queue inside this process.
    #[must_use]
    pub const fn memory() -> Self {
        Self(Address::Memory)
    }

    /// True when hints stay inside this process, so that every role has to run in it.
    #[must_use]
    pub const fn is_memory(&self) -> bool {
        matches!(self.0, Address::Memory)
    }
}

impl FromStr for QueueUrl {
    type Err = QueueError;

    fn from_str(text: &str) -> Result<Self, QueueError> {
        // The text is not repeated in an error: it may hold a password.
        let invalid = |reason: &str| QueueError::invalid("queue url", reason);
        if matches!(text, "memory:" | "memory://") {
            return Ok(Self::memory());
        }
        let Some((scheme @ ("redis" | "rediss"), _)) = text.split_once("://") else {
            return Err(invalid("must be memory:, or begin with redis:// or rediss://"));
        };
        let Some(mut url) = redis::parse_redis_url(text) else {
            return Err(invalid(
                "is not a URL; in a password, write @ as %40, / as %2F, : as %3A and # as %23",
            ));
        };
        if url.host_str().is_none_or(str::is_empty) {
            return Err(invalid("names no host"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("must end after the database number"));
        }
        let database = url.path().trim_matches('/');
        if !database.is_empty() && !database.chars().all(|c| c.is_ascii_digit()) {
            return Err(invalid("must have a database number, such as 0, for its path"));
        }
        // None of the client's own messages repeats what it could not read.
        let info = url
            .clone()
            .into_connection_info()
            .map_err(|error| invalid(&format!("is not usable: {error}")))?;
        let server = info.addr().to_string();
        if url.password().is_some() && url.set_password(Some("***")).is_err() {
            return Err(invalid("cannot hold a password"));
        }
        let tls = scheme == "rediss";
        Ok(Self(Address::Redis { info: Box::new(info), shown: url.to_string(), server, tls }))
    }
}

impl fmt::Display for QueueUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Address::Memory => f.write_str("memory:"),
            Address::Redis { shown, .. } => f.write_str(shown),
        }
    }
}

impl fmt::Debug for QueueUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueueUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let url: QueueUrl = "redis://quinn:s3cret%40word@redis.example:6380/2".parse().unwrap();
        assert_eq!(url.to_string(), "redis://quinn:***@redis.example:6380/2");
        assert_eq!(format!("{url:?}"), "QueueUrl(redis://quinn:***@redis.example:6380/2)");
        let Address::Redis { info, server, tls, .. } = url.0 else { panic!("not redis") };
        assert_eq!(info.redis_settings().password(), Some("s3cret@word"));
        assert_eq!((server.as_str(), tls), ("redis.example:6380", false));
    }

    #[test]
    fn good_addresses_are_read() {
        for (text, shown) in [
            ("memory:", "memory:"),
            ("redis://localhost", "redis://localhost"),
            ("redis://:pw@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
            ("rediss://[::1]:6379", "rediss://[::1]:6379"),
        ] {
            assert_eq!(text.parse::<QueueUrl>().unwrap().to_string(), shown);
        }
        assert!(QueueUrl::memory().is_memory());
    }

    #[test]
    fn bad_addresses_are_refused_without_repeating_them() {
        for (text, reason) in [
            ("", "must be memory:, or begin with redis:// or rediss://"),
            ("postgres://x:s3cret@y/z", "must be memory:, or begin with redis:// or rediss://"),
            ("redis+unix:///run/redis.sock", "must be memory:, or begin with redis:// or rediss://"),
            ("redis://", "names no host"),
            ("redis:///3", "names no host"),
            (
                "redis://u:s3cret/@host",
                "is not a URL; in a password, write @ as %40, / as %2F, : as %3A and # as %23",
            ),
            (
                "redis://h:99999",
                "is not a URL; in a password, write @ as %40, / as %2F, : as %3A and # as %23",
            ),
            ("redis://h/first", "must have a database number, such as 0, for its path"),
            ("redis://h/-1", "must have a database number, such as 0, for its path"),
            (
                "redis://0.0.0.0",
                "is not usable: Cannot connect to a wildcard address (0.0.0.0 or ::) - InvalidClientConfig",
            ),
            ("rediss://h#insecure", "must end after the database number"),
            ("redis://h?protocol=resp2", "must end after the database number"),
        ] {
            let error = text.parse::<QueueUrl>().unwrap_err();
            assert_eq!(error.to_string(), format!("queue url {reason}"), "{text}");
            assert!(!format!("{error:?}").contains("s3cret"));
        }
    }
}
