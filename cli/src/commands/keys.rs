//! `prospector keys`: API keys. A key is printed once, when it is made; only its hash is kept.

use prospector_api::key::NewKey;
use prospector_domain::{
    access::Scopes,
    id::ApiKeyId,
    time::{DAY_MS, UnixMs},
};
use prospector_runtime::clock::secret_bytes;
use prospector_store::{ApiKey, NewApiKey};

use crate::{
    args::{Common, KeysCommand},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, command: KeysCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let (store, now) = (&house.store, house.sources.clock.now());
    match command {
        KeysCommand::Create { name, scopes, expires_days } => {
            let expires_at_ms = expires_days.map(|days| now.plus_ms(i64::from(days) * DAY_MS));
            let secret = create(&house, &name, scopes.into_iter().collect(), expires_at_ms).await?;
            output::note("keep this key now: it is not shown again");
            output::line(&secret);
            Ok(())
        }
        KeysCommand::List { json } => {
            let keys = store.api_keys().await?;
            output::rows(&keys, json, &["id", "name", "scopes", "made", "expires", "revoked"], columns)
        }
        KeysCommand::Revoke { id } => {
            let key = store.revoke_api_key(now, id).await?;
            output::line(&format!("key {id} ({}) no longer works", key.name));
            Ok(())
        }
    }
}

/// Makes a key and returns its text; the store keeps only the hash.
pub(crate) async fn create(
    house: &House,
    name: &str,
    scopes: Scopes,
    expires_at_ms: Option<UnixMs>,
) -> anyhow::Result<String> {
    let now = house.sources.clock.now();
    let key = NewKey::from_secret(&secret_bytes());
    let row = NewApiKey {
        id: ApiKeyId(house.sources.ids.next(now)),
        name: name.to_owned(),
        secret_hash: key.hash().to_string(),
        scopes,
        created_by: OPERATOR.to_owned(),
        expires_at_ms,
    };
    house.store.insert_api_key(now, &row).await?;
    Ok(key.expose().to_owned())
}

fn columns(key: &ApiKey) -> Vec<String> {
    let moment = |at: Option<UnixMs>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    vec![
        key.id.to_string(),
        key.name.clone(),
        key.scopes.to_string(),
        key.created_at_ms.to_string(),
        moment(key.expires_at_ms),
        moment(key.revoked_at_ms),
    ]
}
