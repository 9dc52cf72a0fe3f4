//! The life of a candidate: one attempt to answer one inbound message.
//!
//! [`transition`] is the whole state machine. It returns the new state and the actions that must happen with it, in
//! one transaction; it performs none of them. Nothing else may decide where a candidate goes next.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumDiscriminants, EnumString, IntoStaticStr, VariantArray};

use crate::{hold::HoldReason, job::JobKind, mode::Mode, time::UnixMs};

/// Where a candidate stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
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
pub enum CandidateState {
    /// Waiting for the burst to end, then for its message to be read.
    Classifying,
    /// Decided; a body is written, written again, or judged.
    Drafting,
    /// A clean draft waits for a human.
    PendingReview,
    /// Waits for a reason; see [`HoldReason`].
    Held,
    /// Approved by mode or by a human; the send intent waits for the undo window.
    Scheduled,
    /// The webhook is being delivered: past the point where it could be called back.
    Sending,
    /// Delivered.
    Sent,
    /// A newer inbound or a human reply took its place.
    Superseded,
    /// A human decided that it must not be sent.
    Rejected,
}

impl CandidateState {
    /// At most one candidate of a thread is live at a time. `Sending` is not: it can no longer be called back.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            Self::Classifying | Self::Drafting | Self::PendingReview | Self::Held | Self::Scheduled
        )
    }

    /// True when nothing will ever change it again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Sent | Self::Superseded | Self::Rejected)
    }

    /// True when the system has done all it can: terminal, or waiting for a human or for a hold to end.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        self.is_terminal() || matches!(self, Self::PendingReview | Self::Held)
    }
}

/// Why a candidate is held, in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The reason, from the closed list.
    pub reason: HoldReason,
    /// One sentence for the operator. Holds no text of the contact.
    pub detail: String,
    /// When it may be tried again without a human; none means a human decides.
    pub release_at_ms: Option<UnixMs>,
}

impl Hold {
    /// A hold that waits for a human.
    #[must_use]
    pub fn new(reason: HoldReason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), release_at_ms: None }
    }
}

/// How often a model may write the same reply again after the gate refused it. Then the fixed text takes its place.
pub const REVISIONS_MAX: u32 = 2;

/// What happened to a candidate.
#[derive(Debug, Clone, PartialEq, Eq, EnumDiscriminants)]
#[strum_discriminants(name(CandidateEventKind), derive(VariantArray, Display, Hash))]
pub enum CandidateEvent {
    /// The playbook chose a reply.
    Decided,
    /// Something forbids going on.
    Held(Hold),
    /// A draft did not pass the gate, and its writer is told why.
    RevisionAsked {
        /// Which revision of the same reply this is, from 1 to [`REVISIONS_MAX`].
        number: u32,
    },
    /// A draft passed the gate, and a model is asked whether anything else is wrong with it.
    JudgementAsked,
    /// A clean draft was written in mode DRAFT, or GO became DRAFT before it left.
    Staged,
    /// A clean draft was written in mode GO.
    Cleared {
        /// How long it can still be undone, in milliseconds.
        undo_window_ms: i64,
    },
    /// A human approved a clean draft, perhaps one of their own.
    Approved,
    /// A human decided against it.
    Rejected,
    /// A newer inbound, or a human's own reply, took its place.
    Superseded,
    /// The last check passed and the intent is marked.
    SendStarted,
    /// The sink took it.
    Delivered,
    /// It certainly did not arrive; tried again later.
    SendDeferred,
    /// A hold ended by itself, or a human let it go on.
    Released {
        /// True when a human had approved the draft: it goes back to sending instead of drafting anew.
        approved: bool,
    },
}

/// What becomes of a clean draft under the mode in force.
#[must_use]
pub fn after_clean_draft(mode: Mode, undo_window_ms: i64) -> CandidateEvent {
    match mode {
        Mode::Go => CandidateEvent::Cleared { undo_window_ms },
        Mode::Draft => CandidateEvent::Staged,
        Mode::Pause => CandidateEvent::Held(Hold::new(HoldReason::Paused, "sending is paused")),
    }
}

/// What an event means for a candidate in `state` when a newer message came, or a human replied, after it was written.
///
/// Only one that is going out can meet this: all others are superseded at once. Once it neither goes out nor went, the
/// newer one stands in its place, and only its intent still says whether it may have arrived. Without this a thread
/// would have two live candidates.
#[must_use]
pub fn beside_newer(state: CandidateState, event: &CandidateEvent) -> CandidateEvent {
    match (state, event) {
        (CandidateState::Sending, CandidateEvent::SendDeferred | CandidateEvent::Held(_)) => {
            CandidateEvent::Superseded
        }
        _ => event.clone(),
    }
}

/// What must happen together with a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Insert a job of this kind for the candidate.
    Enqueue {
        /// Its kind.
        kind: JobKind,
        /// Milliseconds until it is due.
        delay_ms: i64,
    },
    /// Insert a draft job that writes the candidate's draft again.
    Revise {
        /// Which revision this is, from 1.
        number: u32,
    },
    /// Call off every job of the candidate that has not finished.
    CancelJobs,
    /// Write (or renew) the send intent, due after the same delay as the dispatch job.
    OpenIntent {
        /// Milliseconds until it may go out.
        delay_ms: i64,
    },
    /// Call the send intent off: it has not gone out.
    VoidIntent,
}

/// An event that makes no sense in the state it met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a candidate that is {state} cannot take the event {event}")]
pub struct IllegalTransition {
    /// The state.
    pub state: CandidateState,
    /// The event.
    pub event: CandidateEventKind,
}

/// The state machine: where `event` takes a candidate that is in `state`, and what must be done with it.
///
/// # Errors
/// [`IllegalTransition`] when the event does not apply; the caller must then change nothing.
pub fn transition(
    state: CandidateState,
    event: &CandidateEvent,
) -> Result<(CandidateState, Vec<Action>), IllegalTransition> {
    use CandidateEvent as E;
    use CandidateState as S;
    let next = match (state, event) {
        (S::Classifying, E::Decided) => S::Drafting,
        (S::Drafting, E::RevisionAsked { .. } | E::JudgementAsked) => S::Drafting,
        (S::Drafting | S::Scheduled, E::Staged) => S::PendingReview,
        (S::Drafting, E::Cleared { .. }) => S::Scheduled,
        (S::PendingReview | S::Held, E::Approved) => S::Scheduled,
        (S::PendingReview | S::Held | S::Scheduled, E::Rejected) => S::Rejected,
        (S::Held, E::Released { approved: true }) => S::Scheduled,
        (S::Held, E::Released { approved: false }) => S::Classifying,
        (S::Scheduled, E::SendStarted) => S::Sending,
        (S::Sending, E::Delivered) => S::Sent,
        // An operator who knows that an unknown outcome did arrive closes it as delivered.
        (S::Held, E::Delivered) => S::Sent,
        (S::Sending, E::SendDeferred) => S::Scheduled,
        (S::Sending, E::Held(_)) => S::Held,
        (live, E::Held(_)) if live.is_live() => S::Held,
        (live, E::Superseded) if live.is_live() => S::Superseded,
        // See `beside_newer`.
        (S::Sending, E::Superseded) => S::Superseded,
        _ => return Err(IllegalTransition { state, event: event.into() }),
    };
    Ok((next, actions(state, event, next)))
}

fn actions(from: CandidateState, event: &CandidateEvent, to: CandidateState) -> Vec<Action> {
    use CandidateState as S;
    let mut actions = Vec::new();
    let had_intent = matches!(from, S::Scheduled);
    match (event, to) {
        // The dispatch job that met the passing fault is itself queued again: no new job, the intent stays open.
        (CandidateEvent::SendDeferred | CandidateEvent::SendStarted | CandidateEvent::Delivered, _) => {}
        (CandidateEvent::RevisionAsked { number }, _) => actions.push(Action::Revise { number: *number }),
        (CandidateEvent::JudgementAsked, _) => {
            actions.push(Action::Enqueue { kind: JobKind::Judge, delay_ms: 0 });
        }
        (_, S::Drafting) => actions.push(Action::Enqueue { kind: JobKind::Draft, delay_ms: 0 }),
        (_, S::Classifying) => actions.push(Action::Enqueue { kind: JobKind::Classify, delay_ms: 0 }),
        (_, S::Scheduled) => {
            let delay_ms = match event {
                CandidateEvent::Cleared { undo_window_ms } => (*undo_window_ms).max(0),
                _ => 0,
            };
            actions.push(Action::OpenIntent { delay_ms });
            actions.push(Action::Enqueue { kind: JobKind::Dispatch, delay_ms });
        }
        (_, S::PendingReview | S::Held | S::Superseded | S::Rejected) => {
            if from != S::Sending {
                actions.push(Action::CancelJobs);
            }
            if had_intent {
                actions.push(Action::VoidIntent);
            }
        }
        (_, S::Sending | S::Sent) => {}
    }
    actions
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};
    use strum::VariantArray as _;

    use super::*;

    fn every_event() -> Vec<CandidateEvent> {
        let hold = Hold::new(HoldReason::Paused, "paused");
        vec![
            CandidateEvent::Decided,
            CandidateEvent::Held(hold),
            CandidateEvent::RevisionAsked { number: 1 },
            CandidateEvent::JudgementAsked,
            CandidateEvent::Staged,
            CandidateEvent::Cleared { undo_window_ms: 10 },
            CandidateEvent::Approved,
            CandidateEvent::Rejected,
            CandidateEvent::Superseded,
            CandidateEvent::SendStarted,
            CandidateEvent::Delivered,
            CandidateEvent::SendDeferred,
            CandidateEvent::Released { approved: true },
            CandidateEvent::Released { approved: false },
        ]
    }

    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for state in CandidateState::VARIANTS {
            for event in every_event() {
                let kind = CandidateEventKind::from(&event);
                if let Ok((next, actions)) = transition(*state, &event) {
                    table.push_str(&format!("{state:15} {kind:14} -> {next:15} {actions:?}\n"));
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn what_has_not_ended_can_be_superseded_and_no_terminal_state_moves() {
        for state in CandidateState::VARIANTS {
            let superseded = transition(*state, &CandidateEvent::Superseded).is_ok();
            assert_eq!(superseded, state.is_live() || *state == CandidateState::Sending, "{state}");
            if state.is_terminal() {
                assert!(every_event().iter().all(|event| transition(*state, event).is_err()), "{state}");
            }
        }
    }

    proptest! {
        /// Whatever happens in whatever order: a body goes out only from `Scheduled`, a live candidate that leaves
        /// `Scheduled` without being sent has its intent called off, and a waiting one has no job left behind.
        #[test]
        fn random_histories_keep_the_invariants(events in prop::collection::vec(select(every_event()), 0..60)) {
            let mut state = CandidateState::Classifying;
            let (mut jobs, mut intent_open) = (1_i32, false);
            for event in events {
                let Ok((next, actions)) = transition(state, &event) else { continue };
                // The job that reported the event finishes with it, except where it is queued again.
                if matches!(
                    event,
                    CandidateEvent::Decided
                        | CandidateEvent::RevisionAsked { .. }
                        | CandidateEvent::JudgementAsked
                        | CandidateEvent::Cleared { .. }
                        | CandidateEvent::Delivered
                ) {
                    jobs = (jobs - 1).max(0);
                }
                for action in &actions {
                    match action {
                        Action::Enqueue { .. } | Action::Revise { .. } => jobs += 1,
                        Action::CancelJobs => jobs = 0,
                        Action::OpenIntent { .. } => intent_open = true,
                        Action::VoidIntent => intent_open = false,
                    }
                }
                if state == CandidateState::Sending && matches!(next, CandidateState::Held | CandidateState::Superseded) {
                    jobs = 0;
                    intent_open = false;
                }
                if next == CandidateState::Sending {
                    prop_assert_eq!(state, CandidateState::Scheduled);
                    prop_assert!(intent_open);
                }
                if next.is_settled() && next != CandidateState::Sent {
                    prop_assert!(!intent_open, "{state} -> {next} leaves an intent open");
                    prop_assert_eq!(jobs, 0, "{} -> {} leaves a job", state, next);
                }
                prop_assert!(jobs <= 1, "two jobs for one candidate");
                state = next;
            }
        }
    }
}
