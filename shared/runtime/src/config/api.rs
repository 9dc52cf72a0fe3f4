//! `[api]`: the HTTP interface.

use std::net::{Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::error::{Problems, REMEDY_MARK};

const KIB: u64 = 1_024;
const MIB: u64 = 1_024 * KIB;

/// How the HTTP interface listens and what it accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApiSettings {
    /// Address and port to listen on; port 0 takes a free one. Default `127.0.0.1:8080`.
    #[serde(deserialize_with = "address_and_port")]
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Longest request body, in bytes. Range 1,024 to 16,777,216, default 1,048,576.
    pub body_max_bytes: u64,
    /// Requests a key may make per second over time. Range 1 to 100,000, default 100.
    pub rate_limit_per_s: u32,
    /// Requests a key may make at once after a pause. Range 1 to 100,000, not below the rate; default 200.
    pub rate_limit_burst: u32,
    /// Whether `/v1/openapi.json` is served without a key. It describes the interface and holds no data. Default true.
    pub public_docs: bool,
    /// What an inbound message may look like.
    pub inbound: InboundSettings,
}

/// What an inbound message may look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InboundSettings {
    /// Longest text, in characters (Unicode scalar values). Range 1 to 100,000, default 4,000.
    pub text_max_chars: usize,
    /// Most messages in one batch. Range 1 to 1,000, default 100.
    pub batch_max_items: usize,
    /// How far in the future `received_at` may lie before it is refused, in seconds. Range 0 to 86,400, default 300.
    pub clock_skew_max_s: i64,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            body_max_bytes: MIB,
            rate_limit_per_s: 100,
            rate_limit_burst: 200,
            public_docs: true,
            inbound: InboundSettings::default(),
        }
    }
}

impl Default for InboundSettings {
    fn default() -> Self {
        Self { text_max_chars: 4_000, batch_max_items: 100, clock_skew_max_s: 300 }
    }
}

impl ApiSettings {
    pub(super) fn check(&self, problems: &mut Problems<'_>) {
        problems.range("api.body_max_bytes", self.body_max_bytes, &(KIB..=16 * MIB));
        problems.range("api.rate_limit_per_s", self.rate_limit_per_s, &(1..=100_000));
        problems.range("api.rate_limit_burst", self.rate_limit_burst, &(1..=100_000));
        if self.rate_limit_burst < self.rate_limit_per_s {
            problems.add(
                "api.rate_limit_burst",
                format!(
                    "is {}, below the {} requests per second",
                    self.rate_limit_burst, self.rate_limit_per_s
                ),
                "raise it to at least api.rate_limit_per_s",
            );
        }
        problems.range("api.inbound.text_max_chars", self.inbound.text_max_chars, &(1..=100_000));
        problems.range("api.inbound.batch_max_items", self.inbound.batch_max_items, &(1..=1_000));
        problems.range("api.inbound.clock_skew_max_s", self.inbound.clock_skew_max_s, &(0..=86_400));
    }
}

fn address_and_port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        de::Error::custom(format!(
            "{text:?} is not an address and port{REMEDY_MARK}write it as \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for all"
        ))
    })
}
