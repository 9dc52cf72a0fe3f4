//! Where machines come from, by the configuration. Wiring only.

use std::sync::Arc;

use ai_harness::{
    client::{ClientOptions, InferenceClient},
    providers::{
        CommandProvider, DigitalOceanProvider, DigitalOceanSecrets, Provider, ScriptProvider, StaticProvider,
    },
};
use anyhow::Context as _;
use prospector_runtime::config::{CallSettings, EngineSettings, ProviderKind};
use prospector_scheduler::MachineParts;

/// What machines are kept with.
pub(crate) fn machine_parts(settings: &EngineSettings) -> anyhow::Result<MachineParts> {
    Ok(MachineParts {
        provider: provider(settings)?,
        client: inference_client(&settings.calls)?,
        settings: Arc::new(settings.clone()),
    })
}

/// What asks models.
pub(crate) fn inference_client(calls: &CallSettings) -> anyhow::Result<InferenceClient> {
    let options = ClientOptions {
        first_token_timeout: std::time::Duration::from_millis(calls.first_token_timeout_ms),
        idle_timeout: std::time::Duration::from_millis(calls.idle_timeout_ms),
        total_timeout: std::time::Duration::from_millis(calls.total_timeout_ms),
        serves_priority: calls.priority,
        traceparent: Some(prospector_runtime::telemetry::traceparent_of),
        ..ClientOptions::default()
    };
    let http = options.http_client().context("cannot set up TLS for inference servers")?;
    Ok(InferenceClient::new(http, options))
}

fn provider(settings: &EngineSettings) -> anyhow::Result<Option<Arc<dyn Provider>>> {
    let installation = settings.installation.clone();
    Ok(Some(match settings.provider {
        ProviderKind::None => return Ok(None),
        ProviderKind::Static => Arc::new(StaticProvider::new(&settings.static_url).context("engine.static")?),
        ProviderKind::Command => {
            Arc::new(CommandProvider::new(installation, settings.command.clone()).context("engine.command")?)
        }
        ProviderKind::Script => {
            Arc::new(ScriptProvider::new(installation, settings.script.clone()).context("engine.script")?)
        }
        ProviderKind::DigitalOcean => {
            let token = settings.digitalocean_token.clone().context("engine.tokens.digitalocean_env")?;
            let secrets = DigitalOceanSecrets {
                token,
                destroy_token: settings.destroy_token.clone(),
                hub_token: settings.hub_token.clone(),
            };
            let provider = DigitalOceanProvider::new(installation, settings.digitalocean.clone(), secrets);
            Arc::new(provider.context("engine.digitalocean")?)
        }
    }))
}
