//! Money in millionths of a dollar, and how a provider counts time.

use serde::{Deserialize, Serialize};

/// Money in millionths of a US dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroUsd(pub i64);

/// How a provider turns time into money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    /// Price of one machine, in millionths of a dollar for an hour.
    pub price_microusd_per_hour: i64,
    /// Time is rounded up to a multiple of this, in milliseconds; at least 1.
    pub granularity_ms: i64,
    /// Shortest time that is billed, in milliseconds.
    pub minimum_ms: i64,
}
