//! API keys: who may call, and what for. Only a hash of each secret is kept.

use prospector_domain::{access::Scopes, id::ApiKeyId, time::UnixMs};
use serde::Serialize;

use crate::{
    Store,
    error::{Refusal, StoreError},
    row::RowName,
    session::{execute, fetch_all, fetch_optional},
    statement::keys,
};

/// A key to be written.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Its public identifier.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// Hash of the secret, in lower-case hexadecimal.
    pub secret_hash: String,
    /// What it allows.
    pub scopes: Scopes,
    /// Who made it.
    pub created_by: String,
    /// When it stops working; none for never.
    pub expires_at_ms: Option<UnixMs>,
}

/// A key, without its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// Its public identifier.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at_ms: UnixMs,
    /// When it stops working; none for never.
    pub expires_at_ms: Option<UnixMs>,
    /// When somebody took it back.
    pub revoked_at_ms: Option<UnixMs>,
}

impl ApiKey {
    /// True when the key may be used at `now`: neither revoked nor expired.
    #[must_use]
    pub fn works_at(&self, now: UnixMs) -> bool {
        self.revoked_at_ms.is_none() && self.expires_at_ms.is_none_or(|expires_at| now < expires_at)
    }
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: String,
    name: String,
    scopes: String,
    created_by: String,
    created_at_ms: i64,
    expires_at_ms: Option<i64>,
    revoked_at_ms: Option<i64>,
}

impl Store {
    /// Writes a new key.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when id or hash exist already; otherwise what the database says.
    #[tracing::instrument(name = "db.keys.insert", skip_all)]
    pub async fn insert_api_key(&self, now: UnixMs, key: &NewApiKey) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        execute!(tx, keys::INSERT;
            key.id.to_string(),
            key.name.as_str(),
            key.secret_hash.as_str(),
            key.scopes.to_string(),
            key.created_by.as_str(),
            now.0,
            key.expires_at_ms.map(|at| at.0))?;
        tx.commit().await
    }

    /// The key with this hash, also when it no longer works: see [`ApiKey::works_at`].
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.keys.by_hash", skip_all)]
    pub async fn api_key_by_hash(&self, secret_hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let mut session = self.db.read().await?;
        fetch_optional!(session, keys::BY_HASH => KeyRow; secret_hash)?.map(KeyRow::into_key).transpose()
    }

    /// Every key, oldest first, also those that no longer work.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.keys.list", skip_all)]
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let mut session = self.db.read().await?;
        fetch_all!(session, keys::LIST => KeyRow;)?.into_iter().map(KeyRow::into_key).collect()
    }

    /// Takes a key back. One that was taken back before keeps the moment of that.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; otherwise what the database says.
    #[tracing::instrument(name = "db.keys.revoke", skip_all)]
    pub async fn revoke_api_key(&self, now: UnixMs, id: ApiKeyId) -> Result<ApiKey, StoreError> {
        let mut tx = self.db.begin().await?;
        if execute!(tx, keys::REVOKE; id.to_string(), now.0)? == 0 {
            return Err(Refusal::NotFound { what: "api key", id: id.to_string() }.into());
        }
        let key = fetch_optional!(tx, keys::GET => KeyRow; id.to_string())?;
        tx.commit().await?;
        key.ok_or_else(|| Refusal::NotFound { what: "api key", id: id.to_string() })?.into_key()
    }
}

impl KeyRow {
    fn into_key(self) -> Result<ApiKey, StoreError> {
        let name = RowName { table: "api_keys", id: &self.id };
        Ok(ApiKey {
            id: name.parse("id", &self.id)?,
            scopes: name.parse("scopes", &self.scopes)?,
            name: self.name,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
            expires_at_ms: self.expires_at_ms.map(UnixMs),
            revoked_at_ms: self.revoked_at_ms.map(UnixMs),
        })
    }
}
