//! Which version of a workflow writes for a thread: labels on versions, and the share of threads that tries another.
//!
//! A thread falls into one of a thousand slots by a hash of itself and the workflow, and stays there. A challenger has
//! the slots below its share, so that raising the share only ever moves threads to it, and lowering it only ever back.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::definition::WorkflowId;
use crate::{engine::EngineId, id::ThreadId};

/// A whole, in thousandths.
pub const PERMILLE: u16 = 1_000;

/// The labels of one workflow. Moving one is how versions are published, tried and rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    live: i64,
    challenger: Option<Challenger>,
}

/// A version on trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenger {
    /// The version, other than the live one.
    pub version: i64,
    /// Its share of the threads, in thousandths, 1 to 1,000.
    pub share_permille: u16,
    /// The build it is tried with; with any other engine the live version writes.
    pub engine: EngineId,
}

/// Which label a draft was written under; recorded with it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Arm {
    /// The version in force.
    Live,
    /// The version on trial.
    Challenger,
}

/// Why labels make no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLabels {
    /// A version before the first.
    #[error("label {label} must be on a version from 1, got {version}")]
    Version {
        /// Which label.
        label: Arm,
        /// What it is on.
        version: i64,
    },
    /// Both labels on one version.
    #[error("version {0} is live already and cannot challenge itself")]
    Same(i64),
    /// A share that is none, or more than the whole.
    #[error("share of the challenger must be from 1 to {PERMILLE} thousandths, got {0}")]
    Share(u16),
    /// A challenger bound to the fixed texts.
    #[error("a challenger is bound to the build of a model, and `template` has none")]
    Engine,
}

impl Labels {
    /// Puts the labels on versions.
    ///
    /// # Errors
    /// [`InvalidLabels`].
    pub fn new(live: i64, challenger: Option<Challenger>) -> Result<Self, InvalidLabels> {
        if live < 1 {
            return Err(InvalidLabels::Version { label: Arm::Live, version: live });
        }
        if let Some(Challenger { version, share_permille, engine }) = &challenger {
            if *version < 1 {
                return Err(InvalidLabels::Version { label: Arm::Challenger, version: *version });
            }
            if *version == live {
                return Err(InvalidLabels::Same(live));
            }
            if !(1..=PERMILLE).contains(share_permille) {
                return Err(InvalidLabels::Share(*share_permille));
            }
            if *engine == EngineId::Template {
                return Err(InvalidLabels::Engine);
            }
        }
        Ok(Self { live, challenger })
    }

    /// The version in force.
    #[must_use]
    pub const fn live(&self) -> i64 {
        self.live
    }

    /// The version on trial.
    #[must_use]
    pub const fn challenger(&self) -> Option<&Challenger> {
        self.challenger.as_ref()
    }

    /// The arm of a thread. The same one as long as the labels stay, whoever asks and however often.
    #[must_use]
    pub fn arm(&self, workflow: &WorkflowId, thread: ThreadId, engine: &EngineId) -> Arm {
        match &self.challenger {
            Some(trial) if trial.engine == *engine && slot(workflow, thread) < trial.share_permille => {
                Arm::Challenger
            }
            _ => Arm::Live,
        }
    }

    /// The version an arm writes with; none for a challenger that is not there.
    #[must_use]
    pub fn version(&self, arm: Arm) -> Option<i64> {
        match arm {
            Arm::Live => Some(self.live),
            Arm::Challenger => self.challenger.as_ref().map(|trial| trial.version),
        }
    }
}

/// The slot of a thread, 0 to 999. Every workflow shuffles anew, so that no thread always gets what is on trial.
fn slot(workflow: &WorkflowId, thread: ThreadId) -> u16 {
    let mut hash = Sha256::new();
    hash.update(workflow.as_str());
    // No id holds it, so that no two pairs are hashed alike.
    hash.update([0]);
    hash.update(thread.0.as_bytes());
    let digest = hash.finalize();
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u16::try_from(number % u64::from(PERMILLE)).expect("below a thousand")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn engine() -> EngineId {
        "do-gpu-small_1".parse().unwrap()
    }

    fn labels(share_permille: u16) -> Labels {
        Labels::new(3, Some(Challenger { version: 4, share_permille, engine: engine() })).unwrap()
    }

    fn id(text: &str) -> WorkflowId {
        text.parse().unwrap()
    }

    #[test]
    fn labels_that_make_no_sense_are_refused() {
        let challenger = |version, share_permille| Challenger { version, share_permille, engine: engine() };
        let said = |live, challenger| Labels::new(live, Some(challenger)).unwrap_err().to_string();
        assert_eq!(said(0, challenger(2, 500)), "label live must be on a version from 1, got 0");
        assert_eq!(said(1, challenger(0, 500)), "label challenger must be on a version from 1, got 0");
        assert_eq!(said(2, challenger(2, 500)), "version 2 is live already and cannot challenge itself");
        assert!(said(1, challenger(2, 0)).ends_with("got 0"));
        assert!(said(1, challenger(2, 1_001)).ends_with("got 1001"));
        let template = Challenger { engine: EngineId::Template, ..challenger(2, 1) };
        assert!(said(1, template).contains("`template` has none"));
    }

    /// Drafts carry the arm, so that a thread must keep its slot for ever.
    #[test]
    fn slots_never_change() {
        let thread = ThreadId(Uuid::from_u128(7));
        assert_eq!([slot(&id("price"), thread), slot(&id("stay"), thread)], [397, 820]);
    }

    #[test]
    fn a_share_is_about_what_it_says() {
        let on_trial = |share| {
            let threads = (0..10_000_u128).map(|number| ThreadId(Uuid::from_u128(number)));
            threads
                .filter(|thread| labels(share).arm(&id("price"), *thread, &engine()) == Arm::Challenger)
                .count()
        };
        assert!((900..1_100).contains(&on_trial(100)), "{}", on_trial(100));
        assert!((4_800..5_200).contains(&on_trial(500)), "{}", on_trial(500));
        assert_eq!(on_trial(PERMILLE), 10_000);
    }

    proptest! {
        #[test]
        fn an_arm_is_sticky_and_a_rising_share_moves_threads_one_way(
            thread: u128, low in 1..=PERMILLE, high in 1..=PERMILLE,
        ) {
            let (low, high) = (low.min(high), low.max(high));
            let thread = ThreadId(Uuid::from_u128(thread));
            let arm = |share| labels(share).arm(&id("price"), thread, &engine());
            prop_assert_eq!(arm(low), arm(low));
            prop_assert!(arm(low) == Arm::Live || arm(high) == Arm::Challenger);
            let other = "do-gpu-small_2".parse().unwrap();
            prop_assert_eq!(labels(high).arm(&id("price"), thread, &other), Arm::Live);
            prop_assert_eq!(Labels::new(3, None).unwrap().arm(&id("price"), thread, &engine()), Arm::Live);
            prop_assert_eq!(labels(high).version(arm(high)), Some(if arm(high) == Arm::Live { 3 } else { 4 }));
        }
    }
}
