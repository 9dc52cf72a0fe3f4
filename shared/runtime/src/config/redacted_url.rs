//! Connection strings, which hold a password that must not be printed.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

const HIDDEN: &str = "***";

/// A connection string or address. Prints and serialises without its password.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RedactedUrl(String);

impl RedactedUrl {
    /// Wraps a URL; what kind of URL is wanted is for the setting that holds it to check.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The URL with its password, for the one who connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The part before the first `:`, in lower case, such as `postgres`; empty when there is none.
    #[must_use]
    pub fn scheme(&self) -> String {
        self.0.split_once(':').map_or_else(String::new, |(scheme, _)| scheme.to_ascii_lowercase())
    }
}

impl fmt::Display for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.0))
    }
}

impl fmt::Debug for RedactedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", redact(&self.0))
    }
}

impl Serialize for RedactedUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&redact(&self.0))
    }
}

/// Hides what follows the user name up to the last `@`, and the values of confidential query parameters. Works on text,
/// because a URL that does not parse, say for a `/` in its password, is the very one that ends up in an error.
fn redact(url: &str) -> String {
    let (rest, query) = match url.split_once('?') {
        Some((rest, query)) if !query.contains('@') => (rest, Some(query)),
        _ => (url, None),
    };
    let mut shown = redact_password(rest);
    if let Some(query) = query {
        shown.push('?');
        shown.push_str(&query.split('&').map(redact_parameter).collect::<Vec<_>>().join("&"));
    }
    shown
}

fn redact_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((credentials, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    match credentials.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:{HIDDEN}@{host}"),
        None => url.to_owned(),
    }
}

fn redact_parameter(pair: &str) -> String {
    const CONFIDENTIAL: [&str; 6] = ["pass", "token", "secret", "key", "sig", "auth"];
    let Some((name, _)) = pair.split_once('=') else { return pair.to_owned() };
    let lower = name.to_ascii_lowercase();
    if CONFIDENTIAL.iter().any(|word| lower.contains(word)) {
        format!("{name}={HIDDEN}")
    } else {
        pair.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn urls_print_without_password() {
        let shown = |url: &str| RedactedUrl::new(url).to_string();
        assert_eq!(shown("postgres://quinn:hidden@db:5432/p"), "postgres://quinn:***@db:5432/p");
        assert_eq!(shown("redis://:hidden@cache/0"), "redis://:***@cache/0");
        assert_eq!(
            shown("postgres://quinn:hid/d@en@db/p?sslmode=require"),
            "postgres://quinn:***@db/p?sslmode=require"
        );
        assert_eq!(shown("postgres://quinn:hid?d@db/p"), "postgres://quinn:***@db/p");
        assert_eq!(
            shown("postgres://db/p?user=quinn&password=hidden"),
            "postgres://db/p?user=quinn&password=***"
        );
        assert_eq!(shown("sqlite:./data/prospector.db?mode=rwc"), "sqlite:./data/prospector.db?mode=rwc");
        assert_eq!(shown("http://127.0.0.1:9000/hook"), "http://127.0.0.1:9000/hook");
        assert_eq!(format!("{:?}", RedactedUrl::new("redis://u:hidden@h")), "\"redis://u:***@h\"");
    }

    proptest! {
        #[test]
        fn no_password_survives(password in "[!-~]{8,24}", query in "(\\?sslmode=require)?") {
            let url = RedactedUrl::new(format!("postgres://quinn:{password}@db.example/p{query}"));
            prop_assert!(!url.to_string().contains(&password));
            prop_assert!(!serde_json::to_string(&url).unwrap().contains(&password));
        }
    }
}
