//! What was committed, told to whoever counts it.

use prospector_domain::{candidate::CandidateState, hold::HoldReason};

/// Is told what this store has committed, right after it has; what other processes commit it does not hear of. Called
/// where the store works, so that it must be quick.
pub trait Watcher: Send + Sync {
    /// A candidate has moved.
    fn candidate_moved(&self, moved: &CandidateMove);
}

/// One candidate that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateMove {
    /// Where it is now.
    pub to: CandidateState,
    /// Why it is held, when it is.
    pub hold: Option<HoldReason>,
    /// Since the burst that it answers began, in milliseconds.
    pub age_ms: i64,
}
