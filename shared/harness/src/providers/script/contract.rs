//! What is said to the scripts, and what they say.

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::providers::{Installation, MachineRef, MachineState, ModelSpec, Order, ProviderErrorKind};

/// Version of the agreement, so that a script can refuse one that it does not know.
pub(super) const VERSION: u32 = 1;

/// To `create`.
#[derive(Serialize)]
pub(super) struct CreateRequest<'a> {
    version: u32,
    installation: &'a str,
    node_id: Uuid,
    name: &'a str,
    region: &'a str,
    size: &'a str,
    model: &'a ModelSpec,
    api_key: &'a str,
    deadman_s: u64,
}

impl<'a> CreateRequest<'a> {
    pub(super) fn new(installation: &'a Installation, order: &'a Order) -> Self {
        Self {
            version: VERSION,
            installation: installation.as_str(),
            node_id: order.node_id,
            name: &order.name,
            region: &order.offer.region,
            size: &order.offer.size,
            model: &order.model,
            api_key: order.api_key.expose(),
            deadman_s: order.deadman_s,
        }
    }

    /// The same for scripts without a JSON reader.
    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PROSPECTOR_INSTALLATION", self.installation.to_owned()),
            ("PROSPECTOR_NODE_ID", self.node_id.to_string()),
            ("PROSPECTOR_NAME", self.name.to_owned()),
            ("PROSPECTOR_REGION", self.region.to_owned()),
            ("PROSPECTOR_SIZE", self.size.to_owned()),
            ("PROSPECTOR_ENGINE", self.model.engine.clone()),
            ("PROSPECTOR_MODEL", self.model.served_model_name.clone()),
            ("PROSPECTOR_WEIGHTS", self.model.weights.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("PROSPECTOR_WEIGHTS_DIGEST", self.model.weights_digest.clone()),
            ("PROSPECTOR_DEADMAN_S", self.deadman_s.to_string()),
            ("LLM_API_KEY", self.api_key.to_owned()),
        ]
    }
}

/// From `create`.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) reference: MachineRef,
}

/// To `list`.
#[derive(Serialize)]
pub(super) struct ListRequest<'a> {
    pub(super) version: u32,
    pub(super) installation: &'a str,
}

/// From `list`.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) machines: Vec<ListedMachine>,
}

#[derive(Deserialize)]
pub(super) struct ListedMachine {
    pub(super) reference: MachineRef,
    pub(super) name: String,
    pub(super) state: MachineState,
    #[serde(default)]
    pub(super) base_url: Option<String>,
    #[serde(default)]
    pub(super) region: String,
    #[serde(default)]
    pub(super) size: String,
    #[serde(default)]
    pub(super) created_at_ms: Option<i64>,
}

impl ListedMachine {
    /// Where it listens. What is no http address is none yet, such as an empty text.
    pub(super) fn base_url(&self) -> Option<Url> {
        let url = Url::parse(self.base_url.as_deref()?).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
    }
}

/// To `destroy`.
#[derive(Serialize)]
pub(super) struct DestroyRequest<'a> {
    pub(super) version: u32,
    pub(super) installation: &'a str,
    pub(super) reference: &'a MachineRef,
}

/// From any of them, beside an exit code that is not 0; may be left out.
#[derive(Deserialize, Default)]
pub(super) struct Failed {
    #[serde(default)]
    pub(super) detail: String,
    pub(super) retry_after_s: Option<u64>,
}

/// What an exit code says; none for 0 and for those that say nothing, such as 1.
pub(super) const fn kind_of_exit_code(code: i32) -> Option<ProviderErrorKind> {
    match code {
        10 => Some(ProviderErrorKind::NoCapacity),
        11 => Some(ProviderErrorKind::Throttled),
        12 => Some(ProviderErrorKind::Unavailable),
        13 => Some(ProviderErrorKind::Unauthorized),
        14 => Some(ProviderErrorKind::Refused),
        15 => Some(ProviderErrorKind::AnswerUnknown),
        _ => None,
    }
}
