//! What the policy answers.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// What is to be done now, and when to ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is to be done, in this order; empty when all is as it should be.
    pub commands: Vec<Command>,
    /// Why, in words and with the numbers, also when nothing is to be done.
    pub reason: String,
    /// When the answer may change although nothing happens; none when only an event can change it.
    pub wake_at_ms: Option<i64>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// What.
    pub action: Action,
    /// Why, as one of a few, to be counted.
    pub cause: Cause,
    /// Why, in words and with the numbers.
    pub reason: String,
}

/// What can be done about machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Order one more machine.
    Provision,
    /// Give the machine no new work.
    Drain(Uuid),
    /// Give a draining machine work again.
    Resume(Uuid),
    /// Destroy the machine; only ever said of one on which nothing runs.
    Destroy(Uuid),
    /// Destroy the machine, as its boot has failed; it enters the history as a boot that did not succeed.
    GiveUp(Uuid),
}

/// Why a command is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Cause {
    /// A deadline would be missed if the order came later.
    Deadline,
    /// So much waits that it is worth a boot, whatever the deadlines.
    Backlog,
    /// Held work waits for an engine.
    Held,
    /// One more machine would keep waiting work from being late.
    Relief,
    /// A boot takes so long that it may well have failed.
    Doubt,
    /// A boot has failed.
    BootFailed,
    /// Health probes failed in a row.
    Unhealthy,
    /// The budget is exceeded at the next look.
    Budget,
    /// The other machines are enough.
    Superfluous,
    /// Nothing waits and nothing runs.
    Idle,
    /// Work came while it was being drained.
    WorkCame,
    /// It is drained, and nothing runs on it.
    Drained,
}

impl Action {
    /// The machine it is about; none for an order.
    #[must_use]
    pub fn machine(&self) -> Option<Uuid> {
        match self {
            Self::Provision => None,
            Self::Drain(id) | Self::Resume(id) | Self::Destroy(id) | Self::GiveUp(id) => Some(*id),
        }
    }
}
