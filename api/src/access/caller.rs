//! Who asks.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use prospector_domain::{
    access::{Scope, Scopes},
    id::ApiKeyId,
    time::UnixMs,
};
use prospector_store::ApiKey;

use crate::problem::{Code, Problem};

/// The owner of the key that a request came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    inner: Arc<Inner>,
}

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    key_id: ApiKeyId,
    name: String,
    scopes: Scopes,
    expires_at_ms: Option<UnixMs>,
    revoked: bool,
}

impl Caller {
    pub(crate) fn of(key: ApiKey) -> Self {
        let inner = Inner {
            key_id: key.id,
            name: key.name,
            scopes: key.scopes,
            expires_at_ms: key.expires_at_ms,
            revoked: key.revoked_at_ms.is_some(),
        };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn key_id(&self) -> ApiKeyId {
        self.inner.key_id
    }

    /// What people call the key: the source of messages handed in with it, and the author of decisions.
    pub(crate) fn name(&self) -> &str {
        &self.inner.name
    }

    /// Refuses a key that no longer works.
    pub(crate) fn check_works(&self, now: UnixMs) -> Result<(), Problem> {
        if self.inner.revoked {
            return Err(Problem::new(Code::KeyRevoked, "this key was revoked"));
        }
        match self.inner.expires_at_ms {
            Some(at) if now >= at => Err(Problem::new(Code::KeyExpired, format!("this key expired at {at}"))),
            _ => Ok(()),
        }
    }

    /// True when the key has `scope`, or one that includes it.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.inner.scopes.allow(scope)
    }

    /// Refuses a key without `scope`.
    pub(crate) fn require(&self, scope: Scope) -> Result<(), Problem> {
        self.require_one_of(&[scope])
    }

    /// Refuses a key that has none of `scopes`; of no scopes at all, nothing is asked.
    pub(crate) fn require_one_of(&self, scopes: &[Scope]) -> Result<(), Problem> {
        if scopes.is_empty() || scopes.iter().any(|scope| self.may(*scope)) {
            return Ok(());
        }
        let wanted: Vec<String> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
        let held = match self.inner.scopes.to_string() {
            none if none.is_empty() => "none".to_owned(),
            some => some,
        };
        let detail = format!("this needs the scope {}; the key has: {held}", wanted.join(" or "));
        Err(Problem::new(Code::ScopeMissing, detail))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a handler wants its caller on a route that asks for no key");
            Problem::new(Code::Internal, "the request failed; the log says why")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(scopes: &str, expires_at_ms: Option<i64>) -> Caller {
        Caller::of(ApiKey {
            id: "01920000-0000-7000-8000-00000000002a".parse().unwrap(),
            name: "bridge".to_owned(),
            scopes: scopes.parse().unwrap(),
            created_by: "cli".to_owned(),
            created_at_ms: UnixMs(0),
            expires_at_ms: expires_at_ms.map(UnixMs),
            revoked_at_ms: None,
        })
    }

    #[test]
    fn a_missing_scope_is_named() {
        assert!(caller("operate", None).require(Scope::Read).is_ok());
        let said = caller("enqueue read", None).require(Scope::Admin).unwrap_err();
        let said = serde_json::to_value(said.body()).unwrap();
        assert_eq!(said["detail"], "this needs the scope `admin`; the key has: enqueue read");
        assert_eq!(said["status"], 403);
    }

    #[test]
    fn a_key_works_until_its_last_moment() {
        let key = caller("read", Some(1_000));
        assert!(key.check_works(UnixMs(999)).is_ok());
        assert_eq!(key.check_works(UnixMs(1_000)).unwrap_err().code(), Code::KeyExpired);
    }
}
