//! What the policy is told: values read from rows, at one moment.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cost::{Billing, MicroUsd};

/// Everything a decision rests on. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The moment it was taken.
    pub now_ms: i64,
    /// What wants to be served.
    pub work: Work,
    /// Every machine that is not known to be gone, in any order.
    pub machines: Vec<Machine>,
    /// What was learned from the recent past.
    pub history: History,
    /// How a new machine would be billed; none while no provider can make one (`static`).
    pub offer: Option<Billing>,
    /// What must not be passed.
    pub limits: Limits,
}

/// Work that needs a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Queued jobs that nobody runs yet, held candidates apart. Range: 0 and up.
    pub queued: u64,
    /// The queued jobs with the earliest deadlines, earliest first; at most [`Work::URGENT_MAX`]. Empty only when `queued` is 0.
    pub urgent: Vec<QueuedJob>,
    /// Jobs that run now, on whichever machine.
    pub in_flight: u64,
    /// Candidates held as `engine_unavailable`: they come back by themselves when a machine is ready, and count as work
    /// without a deadline.
    pub held: u64,
}

impl Work {
    /// Most jobs that are listed one by one: more would cost rows at every look, and the policy's answer to a backlog this
    /// deep does not hang on the deadlines at its far end.
    pub const URGENT_MAX: usize = 512;

    /// Whether anything is queued, running or held.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.queued > 0 || self.in_flight > 0 || self.held > 0
    }

    /// Whether anything waits for a machine.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.queued > 0 || self.held > 0
    }
}

/// A job that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QueuedJob {
    /// When it should be finished: its arrival plus the latency objective, unless the job says otherwise.
    pub deadline_ms: i64,
    /// When it could first have run.
    pub arrived_ms: i64,
}

/// A machine, as its row says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The machine.
    pub id: Uuid,
    /// Where in its life it is.
    pub phase: Phase,
    /// Since when it is in that phase.
    pub phase_since_ms: i64,
    /// When its bill begins; before that is known, when it was ordered.
    pub billed_since_ms: i64,
    /// Jobs that run on it now.
    pub in_flight: u64,
    /// Since when nothing runs on it: the end of its last job, or when it became ready. Read only while `in_flight` is 0.
    pub idle_since_ms: i64,
    /// How it is billed.
    pub billing: Billing,
    /// Whether it was there before us and stays (`static`): it is never let go for its cost and never destroyed.
    pub permanent: bool,
    /// Health probes that failed in a row, since the last that succeeded. Range: 0 and up.
    pub failed_probes: u32,
}

/// Where in its life a machine is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The intent is written; the provider may know of it or not.
    Ordered,
    /// The provider has made it; it does not answer yet.
    Booting,
    /// It answers; no real completion has succeeded yet.
    Warming,
    /// It takes work.
    Ready,
    /// It takes no new work; what runs is finished.
    Draining,
    /// The provider was told to destroy it; it is not known to be gone.
    Destroying,
}

impl Phase {
    /// Whether it is on its way to taking work.
    #[must_use]
    pub fn is_coming(self) -> bool {
        matches!(self, Self::Ordered | Self::Booting | Self::Warming)
    }
}

/// What was learned from the recent past. Every list is newest last and may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Recent boots that became ready or were given up, not those called off; at most [`History::BOOTS_MAX`] are used.
    pub boots: Vec<Boot>,
    /// How long recent jobs held their place on a machine, in milliseconds; at most [`History::JOBS_MAX`] are used.
    pub job_ms: Vec<i64>,
    /// Jobs one machine runs side by side; 0 while that is not known.
    pub slots: u32,
    /// When recent jobs arrived; at most [`History::ARRIVALS_MAX`] are used.
    pub arrivals_ms: Vec<i64>,
}

impl History {
    /// Boots that are used: enough to see that a few in a hundred fail, few enough to forget a bad month of the provider.
    pub const BOOTS_MAX: usize = 128;
    /// Job durations that are used.
    pub const JOBS_MAX: usize = 256;
    /// Arrivals that are used: enough to see how bursts and pauses alternate.
    pub const ARRIVALS_MAX: usize = 512;
}

/// One boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    /// From the order to ready, or to giving up, in milliseconds.
    pub took_ms: i64,
    /// Whether the machine became ready.
    pub succeeded: bool,
}

/// What must not be passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// What is left of today's budget, in millionths of a dollar, once [`super::committed`] of every live machine and all
    /// that was spent today are taken off; none where there is no daily budget.
    pub left_today: Option<MicroUsd>,
    /// The same for the month.
    pub left_this_month: Option<MicroUsd>,
    /// Machines that may still be ordered within the running hour; none where that is not limited.
    pub provisions_left: Option<u32>,
    /// Why nothing may be ordered at present, if so.
    pub blocked: Option<Blocked>,
    /// Most machines at a time, those on their way and those being destroyed included; the lower of this and
    /// [`super::Parameters::max_machines`] counts.
    pub max_machines: u32,
}

impl Limits {
    /// No limit but the number of machines.
    #[must_use]
    pub fn machines_only(max_machines: u32) -> Self {
        Self { left_today: None, left_this_month: None, provisions_left: None, blocked: None, max_machines }
    }

    /// The smaller of what is left of the two budgets; none where there is no budget.
    #[must_use]
    pub fn left(&self) -> Option<MicroUsd> {
        match (self.left_today, self.left_this_month) {
            (Some(today), Some(month)) => Some(today.min(month)),
            (today, month) => today.or(month),
        }
    }
}

/// A breaker that is open: back-off after a failed order, quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Until when.
    pub until_ms: i64,
    /// Why, in words that go on after "blocked: ".
    pub why: String,
}
