//! One file a duty, named after its verb.

mod observe;
mod prune;
mod relay;
mod release;
mod rescue;
mod trim;

use prospector_queue::QueueError;
use prospector_store::StoreError;
use strum::{Display, IntoStaticStr, VariantArray};

pub(crate) use observe::observe;
pub(crate) use prune::prune;
pub(crate) use relay::Relay;
pub(crate) use release::release;
pub(crate) use rescue::rescue;
pub(crate) use trim::trim;

/// The duties, in the order in which a tick does them: what was lost is put back before hints are sent for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Duty {
    /// Puts jobs back whose worker vanished.
    Rescue,
    /// Lets candidates go on whose hold has ended.
    Release,
    /// Sends hints for jobs that are due.
    Relay,
    /// Measures how deep and how old the queues are.
    Observe,
    /// Clears what the queue's transport leaves behind.
    Trim,
    /// Deletes what is past its retention.
    Prune,
}

impl Duty {
    /// How long a duty rests after it was done, in milliseconds. The relay is done in every tick.
    pub(crate) const fn rest_ms(self) -> i64 {
        match self {
            Self::Relay => 0,
            Self::Rescue | Self::Release => 500,
            Self::Observe => 2_000,
            Self::Trim => 2_000,
            Self::Prune => 60_000,
        }
    }
}

/// Why a duty could not be done this time. It is tried again in its next turn.
#[derive(Debug, thiserror::Error)]
pub enum DutyError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
}
