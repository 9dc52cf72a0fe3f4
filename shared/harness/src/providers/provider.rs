//! The seam itself: what every provider can do, and the values that pass through it.

use std::{fmt, str::FromStr};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::{Secret, cost::Billing, providers::ProviderError};

/// Rents machines out. Every call is bounded in time by the provider's own settings.
#[async_trait]
pub trait Provider: Send + Sync {
    /// `static`, `command`, `script` or `digitalocean`.
    fn name(&self) -> &'static str;

    /// True when its one machine is simply there, whoever asked for it: nothing is created or destroyed, and nothing on
    /// the list can be an orphan.
    fn is_permanent(&self) -> bool {
        false
    }

    /// How long a new machine may be missing from [`Provider::list`], in milliseconds. 0 when it never is.
    fn listing_lag_ms(&self) -> i64 {
        0
    }

    /// What may be rented now, preferred first. Empty when there is nothing at the moment.
    ///
    /// # Errors
    /// [`ProviderError`]; none of its kinds says anything about machines.
    async fn offers(&self) -> Result<Vec<Offer>, ProviderError>;

    /// Creates the machine of a node, or returns the one of that name when the provider can see it already.
    ///
    /// # Errors
    /// [`ProviderError`]; unless [`ProviderErrorKind::took_no_effect`](super::ProviderErrorKind::took_no_effect),
    /// there may be a machine.
    async fn create(&self, order: &Order) -> Result<MachineRef, ProviderError>;

    /// Every machine of this installation, by the prefix of its name or by its tag. A machine that was created a
    /// moment ago may be missing.
    ///
    /// # Errors
    /// [`ProviderError`]. It is never a partial list: what is missing from a list may be taken for gone.
    async fn list(&self) -> Result<Vec<Machine>, ProviderError>;

    /// Destroys a machine. Fine also when it is gone already. Being gone is what [`Provider::list`] says, not what
    /// this returns: an accepted request may take a while, or have no effect.
    ///
    /// # Errors
    /// [`ProviderError`]; any of its kinds may be tried again, as often as it takes.
    async fn destroy(&self, machine: &MachineRef) -> Result<(), ProviderError>;
}

/// Something that may be rented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Where, in the provider's words; `local` when there is only one place.
    pub region: String,
    /// What, in the provider's words.
    pub size: String,
    /// What it costs, and how time is counted.
    pub billing: Billing,
}

/// A machine to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The node that the machine is for; it is in the machine's name.
    pub node_id: Uuid,
    /// The machine's name, from [`Installation::machine_name`](super::Installation::machine_name).
    pub name: String,
    /// Which of the offers.
    pub offer: Offer,
    /// What it serves.
    pub model: ModelSpec,
    /// The key its server asks for, made for this node alone. 16 to 128 of `A-Z`, `a-z`, `0-9`, `-` and `_`.
    pub api_key: Secret,
    /// After how long without work the machine ends itself, in seconds, in case nobody is left to do it.
    pub deadman_s: u64,
}

impl Order {
    /// Whether the key can be written into a header, an environment and a file without quoting.
    #[must_use]
    pub fn has_usable_key(&self) -> bool {
        let key = self.api_key.expose();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (16..=128).contains(&key.len()) && key.chars().all(allowed)
    }
}

/// What a machine serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSpec {
    /// Id of the engine, such as `do-gpu-mistral-nemo-12b-uncensored_2026-06-29.1`.
    pub engine: String,
    /// The name under which the server serves the model.
    pub served_model_name: String,
    /// Digest of the weights, as it was registered with the build.
    pub weights_digest: String,
    /// Where the weights come from; none where nobody needs to be told, because the server's own command names them.
    pub weights: Option<WeightsSource>,
}

/// Where weights come from. As text, `hf:owner/name@revision` or an absolute path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum WeightsSource {
    /// A repository of a hub, at a revision.
    Hub {
        /// Owner and name, such as `mistralai/Mistral-Nemo-Instruct-2407`.
        repository: String,
        /// A commit, which pins the weights; a branch or tag is accepted and does not.
        revision: String,
    },
    /// A file or folder that is on the machine when it has booted: from its image, or on a volume.
    Path(String),
}

/// Why a text names no weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("weights must be `hf:owner/name@revision` or an absolute path without white space, got {0:?}")]
pub struct InvalidWeights(String);

impl fmt::Display for WeightsSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hub { repository, revision } => write!(f, "hf:{repository}@{revision}"),
            Self::Path(path) => f.write_str(path),
        }
    }
}

impl FromStr for WeightsSource {
    type Err = InvalidWeights;

    fn from_str(text: &str) -> Result<Self, InvalidWeights> {
        let refuse = || InvalidWeights(text.to_owned());
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
        if text.starts_with('/') && text.chars().all(plain) {
            return Ok(Self::Path(text.to_owned()));
        }
        let (repository, revision) =
            text.strip_prefix("hf:").and_then(|rest| rest.split_once('@')).ok_or_else(refuse)?;
        let (owner, name) = repository.split_once('/').ok_or_else(refuse)?;
        let parts_are_plain = [owner, name, revision]
            .iter()
            .all(|part| !part.is_empty() && !part.starts_with('-') && part.chars().all(plain));
        if !parts_are_plain || name.contains('/') {
            return Err(refuse());
        }
        Ok(Self::Hub { repository: repository.to_owned(), revision: revision.to_owned() })
    }
}

impl TryFrom<String> for WeightsSource {
    type Error = InvalidWeights;

    fn try_from(text: String) -> Result<Self, InvalidWeights> {
        text.parse()
    }
}

impl From<WeightsSource> for String {
    fn from(source: WeightsSource) -> Self {
        source.to_string()
    }
}

/// The provider's own name for a machine, such as the id of a droplet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MachineRef(pub String);

impl fmt::Display for MachineRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a provider says a machine is doing. Whether its server answers is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MachineState {
    /// It is being made.
    Starting,
    /// It is there.
    Running,
    /// It has been switched off, or is being destroyed. It may still cost.
    Stopping,
}

/// A machine as the provider lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// What [`Provider::destroy`] wants to be told.
    pub reference: MachineRef,
    /// Its name.
    pub name: String,
    /// The node it was made for, read from the name; none when someone has renamed it.
    pub node_id: Option<Uuid>,
    /// What it is doing.
    pub state: MachineState,
    /// Where its server listens, without `/v1`, once that is known.
    pub base_url: Option<Url>,
    /// Where it is, in the provider's words.
    pub region: String,
    /// What it is, in the provider's words.
    pub size: String,
    /// When it was created, in Unix milliseconds, when the provider says so.
    pub created_at_ms: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_and_written_alike() {
        for text in [
            "hf:mistralai/Mistral-Nemo-Instruct-2407@04d8a90549d23fc6bd7f642064003592df51e9b3",
            "/mnt/w/a.gguf",
        ] {
            assert_eq!(text.parse::<WeightsSource>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "hf:a/b",
            "hf:a@main",
            "hf:a/b/c@main",
            "hf:/b@main",
            "hf:a/b@",
            "hf:-a/b@x",
            "w/a",
            "/w a",
            "/w'",
        ] {
            assert!(text.parse::<WeightsSource>().is_err(), "{text:?}");
        }
    }
}
