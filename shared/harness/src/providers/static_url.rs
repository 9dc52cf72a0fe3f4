//! `static`: a server that is simply there, at an address someone gave. Nothing is created and nothing destroyed.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Machine, MachineRef, MachineState, Offer, OfferSettings, Order, Provider, ProviderError,
    ProviderErrorKind,
};
use crate::settings::{Checks, InvalidSettings, SettingProblem, accept};

/// A server that is simply there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StaticSettings {
    /// Where it listens, without `/v1`, such as `http://127.0.0.1:8000`: what `GPU_INFERENCE_URL` holds. No default.
    pub url: String,
    /// What it costs while it is used. The default costs nothing.
    pub offer: OfferSettings,
}

impl StaticSettings {
    /// Everything that is wrong with these settings.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingProblem> {
        let mut checks = Checks::default();
        let parsed = Url::parse(&self.url);
        let is_http = parsed.as_ref().is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.has_host() && url.password().is_none()
        });
        // The address is not repeated: someone may have put a password into it.
        checks.unless(
            is_http,
            "url",
            "is not an http address without a password",
            "write it as \"http://127.0.0.1:8000\"",
        );
        self.offer.check(&mut checks);
        checks.problems()
    }
}

/// Rents nothing out: there is one machine, always, whoever asks.
#[derive(Debug)]
pub struct StaticProvider {
    base_url: Url,
    offer: Offer,
}

impl StaticProvider {
    /// What [`Provider::name`] says.
    pub const NAME: &str = "static";

    /// A provider of the server at the settings' address.
    ///
    /// # Errors
    /// [`InvalidSettings`], listing all that is wrong.
    pub fn new(settings: &StaticSettings) -> Result<Self, InvalidSettings> {
        accept(settings.problems())?;
        let base_url = Url::parse(&settings.url).expect("the check has parsed it");
        Ok(Self { base_url, offer: settings.offer.offer() })
    }

    fn reference(&self) -> MachineRef {
        MachineRef(self.base_url.to_string())
    }
}

#[async_trait]
impl Provider for StaticProvider {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn is_permanent(&self) -> bool {
        true
    }

    async fn offers(&self) -> Result<Vec<Offer>, ProviderError> {
        Ok(vec![self.offer.clone()])
    }

    async fn create(&self, order: &Order) -> Result<MachineRef, ProviderError> {
        if order.offer.region != self.offer.region || order.offer.size != self.offer.size {
            return Err(ProviderError::new(
                ProviderErrorKind::Refused,
                format!("there is no {} in {}", order.offer.size, order.offer.region),
            ));
        }
        Ok(self.reference())
    }

    /// The one machine. It has no node of its own, because it was not made for any.
    async fn list(&self) -> Result<Vec<Machine>, ProviderError> {
        Ok(vec![Machine {
            reference: self.reference(),
            name: Self::NAME.to_owned(),
            node_id: None,
            state: MachineState::Running,
            base_url: Some(self.base_url.clone()),
            region: self.offer.region.clone(),
            size: self.offer.size.clone(),
            created_at_ms: None,
        }])
    }

    async fn destroy(&self, _machine: &MachineRef) -> Result<(), ProviderError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_needed_and_never_repeated() {
        for url in ["", "127.0.0.1:8000", "ftp://host/", "http://user:hunter2@host/"] {
            let settings = StaticSettings { url: url.to_owned(), ..StaticSettings::default() };
            let refused = StaticProvider::new(&settings).unwrap_err().to_string();
            assert!(refused.starts_with("the settings are invalid: url is not"), "{refused}");
            assert!(!refused.contains("hunter2"));
        }
    }
}
