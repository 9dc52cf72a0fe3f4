//! The provider over the operator's programs.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    contract::{
        CreateRequest, Created, DestroyRequest, Failed, ListRequest, Listed, VERSION, kind_of_exit_code,
    },
    run::{Ended, run},
    settings::ScriptSettings,
};
use crate::{
    Secret,
    providers::{
        Installation, Machine, MachineRef, Offer, Order, Provider, ProviderError, ProviderErrorKind,
    },
    settings::{InvalidSettings, accept},
};

/// Longest text of a failure that is passed on, in characters: its end, where scripts say why.
const DETAIL_MAX_CHARS: usize = 300;

/// Machines made by the operator's own programs.
#[derive(Debug)]
pub struct ScriptProvider {
    installation: Installation,
    settings: ScriptSettings,
}

/// One run of a script.
struct Call<'a> {
    verb: &'static str,
    argv: &'a [String],
    variables: Vec<(&'static str, String)>,
    timeout_ms: u64,
    /// What it means that nobody knows how it ended.
    unknown: ProviderErrorKind,
    /// Must not appear in errors, whatever a script prints.
    secret: Option<&'a Secret>,
}

impl ScriptProvider {
    /// A provider of whatever the settings' programs make.
    ///
    /// # Errors
    /// [`InvalidSettings`], listing all that is wrong.
    pub fn new(installation: Installation, settings: ScriptSettings) -> Result<Self, InvalidSettings> {
        accept(settings.problems())?;
        Ok(Self { installation, settings })
    }

    fn machine(&self, listed: super::contract::ListedMachine) -> Option<Machine> {
        let node_id = self.installation.node_id(&listed.name)?;
        Some(Machine {
            node_id: Some(node_id),
            state: listed.state,
            base_url: listed.base_url(),
            reference: listed.reference,
            name: listed.name,
            region: listed.region,
            size: listed.size,
            created_at_ms: listed.created_at_ms,
        })
    }
}

#[async_trait]
impl Provider for ScriptProvider {
    fn name(&self) -> &'static str {
        "script"
    }

    async fn offers(&self) -> Result<Vec<Offer>, ProviderError> {
        Ok(self.settings.offers.iter().map(crate::providers::OfferSettings::offer).collect())
    }

    async fn create(&self, order: &Order) -> Result<MachineRef, ProviderError> {
        if let Some(there) = self.list().await?.into_iter().find(|machine| machine.name == order.name) {
            return Ok(there.reference);
        }
        let request = CreateRequest::new(&self.installation, order);
        let call = Call {
            verb: "create",
            argv: &self.settings.create,
            variables: request.variables(),
            timeout_ms: self.settings.create_timeout_ms,
            unknown: ProviderErrorKind::AnswerUnknown,
            secret: Some(&order.api_key),
        };
        let created: Created = call.answer(&request).await?;
        Ok(created.reference)
    }

    async fn list(&self) -> Result<Vec<Machine>, ProviderError> {
        let installation = self.installation.as_str();
        let call = Call {
            verb: "list",
            argv: &self.settings.list,
            variables: vec![("PROSPECTOR_INSTALLATION", installation.to_owned())],
            timeout_ms: self.settings.list_timeout_ms,
            unknown: ProviderErrorKind::Unavailable,
            secret: None,
        };
        let listed: Listed = call.answer(&ListRequest { version: VERSION, installation }).await?;
        Ok(listed.machines.into_iter().filter_map(|machine| self.machine(machine)).collect())
    }

    async fn destroy(&self, machine: &MachineRef) -> Result<(), ProviderError> {
        let installation = self.installation.as_str();
        let call = Call {
            verb: "destroy",
            argv: &self.settings.destroy,
            variables: vec![
                ("PROSPECTOR_INSTALLATION", installation.to_owned()),
                ("PROSPECTOR_REFERENCE", machine.0.clone()),
            ],
            timeout_ms: self.settings.destroy_timeout_ms,
            unknown: ProviderErrorKind::Unavailable,
            secret: None,
        };
        call.output(&DestroyRequest { version: VERSION, installation, reference: machine }).await?;
        Ok(())
    }
}

impl Call<'_> {
    /// Runs the script and reads its answer.
    async fn answer<T: DeserializeOwned>(&self, request: &impl Serialize) -> Result<T, ProviderError> {
        let output = self.output(request).await?;
        serde_json::from_slice(&output)
            .map_err(|error| self.failure(self.unknown, &format!("the output is not understood: {error}")))
    }

    /// Runs the script and returns what it printed, when it ended well.
    async fn output(&self, request: &impl Serialize) -> Result<Vec<u8>, ProviderError> {
        let input = serde_json::to_vec(request)
            .map_err(|error| self.failure(ProviderErrorKind::Refused, &error.to_string()))?;
        match run(self.argv, &self.variables, input, Duration::from_millis(self.timeout_ms)).await {
            Ended::Exited { code: Some(0), output, .. } => Ok(output),
            Ended::Exited { code, output, errors } => Err(self.refusal(code, &output, &errors)),
            Ended::NotStarted(error) => {
                Err(self.failure(ProviderErrorKind::Refused, &format!("it cannot be started: {error}")))
            }
            Ended::TimedOut(timeout) => {
                Err(self.failure(self.unknown, &format!("stopped after {} ms", timeout.as_millis())))
            }
            Ended::TooMuchOutput => Err(self.failure(self.unknown, "stopped because its output had no end")),
        }
    }

    fn refusal(&self, code: Option<i32>, output: &[u8], errors: &[u8]) -> ProviderError {
        let kind = code.and_then(kind_of_exit_code).unwrap_or(self.unknown);
        let said: Failed = serde_json::from_slice(output).unwrap_or_default();
        let how = code.map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
        let why =
            if said.detail.is_empty() { String::from_utf8_lossy(errors).into_owned() } else { said.detail };
        let mut error = self.failure(kind, &format!("ended with {how}: {}", why.trim()));
        error.retry_after = said.retry_after_s.map(Duration::from_secs);
        error
    }

    fn failure(&self, kind: ProviderErrorKind, why: &str) -> ProviderError {
        let mut why = why.to_owned();
        if let Some(secret) = self.secret.filter(|secret| !secret.expose().is_empty()) {
            why = why.replace(secret.expose(), "***");
        }
        let surplus = why.chars().count().saturating_sub(DETAIL_MAX_CHARS);
        let end: String = why.chars().skip(surplus).collect();
        ProviderError::new(kind, format!("script {}: {end}", self.verb))
    }
}
