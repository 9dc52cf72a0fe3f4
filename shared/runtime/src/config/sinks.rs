//! `[sinks]` and `[dispatch]`: where replies are sent.

use std::{collections::BTreeMap, time::Duration};

use ai_harness::Secret;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{error::Problems, layers::Environment, redacted_url::RedactedUrl};

/// One receiver of webhooks, such as the bridge to a messaging service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SinkSettings {
    /// Where messages are posted, `https://…` or `http://…`.
    pub url: RedactedUrl,
    /// Signs every message (Standard Webhooks): `whsec_` and the base64 of 24 to 64 bytes. Given as `secret`, or by
    /// `secret_env`, the name of a variable, or by `secret_file`, a file that holds nothing else.
    pub secret: Secret,
    /// Whether the receiver drops a repeated `webhook-id`. Only then is a message whose arrival is unknown sent again.
    /// Default false.
    pub deduplicates: bool,
    /// Whether `url` may lead to a loopback or private address. Default false.
    pub allow_private_address: bool,
    /// Longest wait for the receiver's answer, in milliseconds. Range 100 to 60,000, default 10,000.
    pub timeout_ms: u64,
}

impl SinkSettings {
    /// Longest wait for the receiver's answer.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

/// Which sink a reply goes to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DispatchSettings {
    /// The sink of channels that name none. Default none: replies on such channels are held.
    pub default_sink: Option<String>,
    /// Channel to sink, such as `whatsapp = "bridge"`. Default empty.
    pub channels: BTreeMap<String, String>,
}

impl DispatchSettings {
    /// The name of the sink for `channel`.
    #[must_use]
    pub fn sink_for(&self, channel: &str) -> Option<&str> {
        self.channels.get(channel).or(self.default_sink.as_ref()).map(String::as_str)
    }

    pub(super) fn check(&self, sinks: &BTreeMap<String, RawSink>, problems: &mut Problems<'_>) {
        let mut named: Vec<(String, &String)> = Vec::new();
        if let Some(sink) = &self.default_sink {
            named.push(("dispatch.default_sink".to_owned(), sink));
        }
        for (channel, sink) in &self.channels {
            let field = format!("dispatch.channels.{channel}");
            problems.name(&field, channel);
            named.push((field, sink));
        }
        for (field, sink) in named {
            if !sinks.contains_key(sink) {
                let known: Vec<&str> = sinks.keys().map(String::as_str).collect();
                let known = if known.is_empty() { "there is none yet".to_owned() } else { known.join(", ") };
                problems.add(
                    &field,
                    format!("no sink is called {sink:?}"),
                    format!("add [sinks.{sink}], or name one that is there: {known}"),
                );
            }
        }
    }
}

/// One receiver of webhooks, such as the bridge to a messaging service, as it is written down. The docs of its settings
/// are those that the reference shows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSink {
    /// Where messages are posted, `https://…` or `http://…`.
    #[schemars(with = "String")]
    url: RedactedUrl,
    /// Signs every message (Standard Webhooks): `whsec_` and the base64 of 24 to 64 bytes. One of `secret`, `secret_env`
    /// and `secret_file` is needed.
    #[schemars(with = "Option<String>")]
    secret: Option<Secret>,
    /// The name of the variable that holds the secret.
    secret_env: Option<String>,
    /// A file that holds the secret and nothing else.
    secret_file: Option<std::path::PathBuf>,
    /// Whether the receiver drops a repeated `webhook-id`. Only then is a message whose arrival is unknown sent again.
    /// Default false.
    #[serde(default)]
    deduplicates: bool,
    /// Whether `url` may lead to a loopback or private address. Default false.
    #[serde(default)]
    allow_private_address: bool,
    /// Longest wait for the receiver's answer, in milliseconds. Range 100 to 60,000, default 10,000.
    #[serde(default = "default_timeout_ms")]
    timeout_ms: u64,
}

const fn default_timeout_ms() -> u64 {
    10_000
}

impl RawSink {
    /// None when it has a problem, which is then told.
    pub(super) fn resolve(
        &self,
        name: &str,
        environment: &Environment,
        problems: &mut Problems<'_>,
    ) -> Option<SinkSettings> {
        let field = |part: &str| format!("sinks.{name}.{part}");
        problems.name(&format!("sinks.{name}"), name);
        problems.range(&field("timeout_ms"), self.timeout_ms, &(100..=60_000));
        if !is_web_address(self.url.expose()) {
            problems.add(
                &field("url"),
                format!("{} is not a web address", self.url),
                "write it as https://host/path",
            );
        }
        let secret = self.secret(name, environment, problems)?;
        if !is_signing_secret(secret.expose()) {
            problems.add(
                &field("secret"),
                "is not a signing secret",
                "write whsec_ and the base64 of 24 to 64 random bytes, as `openssl rand -base64 32` prints them",
            );
        }
        Some(SinkSettings {
            url: self.url.clone(),
            secret,
            deduplicates: self.deduplicates,
            allow_private_address: self.allow_private_address,
            timeout_ms: self.timeout_ms,
        })
    }

    fn secret(&self, name: &str, environment: &Environment, problems: &mut Problems<'_>) -> Option<Secret> {
        let field = |part: &str| format!("sinks.{name}.{part}");
        match (&self.secret, &self.secret_env, &self.secret_file) {
            (Some(secret), None, None) => Some(secret.clone()),
            (None, Some(variable), None) => {
                let found = environment.get(variable).map(|text| Secret::new(text.trim()));
                if found.is_none() {
                    problems.add(
                        &field("secret_env"),
                        format!("the variable {variable} is not set"),
                        "set it where Prospector is started",
                    );
                }
                found
            }
            (None, None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Some(Secret::new(text.trim())),
                Err(error) => {
                    problems.add(
                        &field("secret_file"),
                        format!("cannot read {}: {error}", path.display()),
                        "create the file, or let Prospector's user read it",
                    );
                    None
                }
            },
            (None, None, None) => {
                problems.add(
                    &field("secret"),
                    "is required here",
                    "set one of secret_env (the name of a variable), secret_file (a path) or secret",
                );
                None
            }
            _ => {
                problems.add(
                    &field("secret"),
                    "is given more than once",
                    "keep only one of secret, secret_env and secret_file",
                );
                None
            }
        }
    }
}

fn is_web_address(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// As the Standard Webhooks specification asks.
fn is_signing_secret(text: &str) -> bool {
    let Some(encoded) = text.strip_prefix("whsec_") else { return false };
    STANDARD.decode(encoded).is_ok_and(|bytes| (24..=64).contains(&bytes.len()))
}
