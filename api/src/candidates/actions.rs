//! What a human can do about a candidate, so that nobody has to know the state machine to draw buttons.

use prospector_domain::{candidate::CandidateState, hold::HoldReason, record::Candidate};
use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};
use utoipa::ToSchema;

/// One thing a human can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// Send the draft as it is: `approve` without a body.
    Approve,
    /// Send another text, which passes the gate first: `approve` with a body.
    ApproveEdited,
    /// Decide against it.
    Reject,
    /// Call it back before it goes out.
    Undo,
    /// Let it be read and drafted anew.
    Release,
    /// Note that it did arrive.
    MarkDelivered,
}

/// What can be done about `candidate`, whose draft in force is `clean` when the gate found nothing wrong with it.
///
/// A draft that is not clean is evidence: there is no way to send it.
pub(crate) fn actions(candidate: &Candidate, clean: bool) -> Vec<Action> {
    use Action as A;
    let maybe_delivered =
        candidate.hold.as_ref().is_some_and(|hold| hold.reason == HoldReason::DispatchUnknown);
    let all: &[Action] = match candidate.state {
        CandidateState::PendingReview => &[A::Approve, A::ApproveEdited, A::Reject],
        // Another text under the same id could reach the contact as a second answer.
        CandidateState::Held if maybe_delivered => &[A::Approve, A::Reject, A::MarkDelivered],
        CandidateState::Held => &[A::Approve, A::ApproveEdited, A::Reject, A::Release],
        CandidateState::Scheduled => &[A::Undo, A::Reject],
        _ => &[],
    };
    all.iter().copied().filter(|action| clean || *action != A::Approve).collect()
}

#[cfg(test)]
mod tests {
    use prospector_domain::{candidate::Hold, time::UnixMs};
    use strum::VariantArray as _;

    use super::*;

    fn candidate(state: CandidateState, hold: Option<HoldReason>) -> Candidate {
        let id = "01920000-0000-7000-8000-00000000002a";
        Candidate {
            id: id.parse().unwrap(),
            thread_id: id.parse().unwrap(),
            message_id: id.parse().unwrap(),
            revision: 1,
            burst_from_revision: 1,
            burst_started_at_ms: UnixMs(0),
            state,
            intent: None,
            template_key: None,
            hold: hold.map(|reason| Hold::new(reason, "")),
            draft_id: None,
            approved_by: None,
            traceparent: None,
            created_at_ms: UnixMs(0),
            updated_at_ms: UnixMs(0),
            settled_at_ms: None,
        }
    }

    #[test]
    fn evidence_has_no_way_out() {
        for state in CandidateState::VARIANTS {
            for hold in HoldReason::VARIANTS {
                let open = actions(&candidate(*state, Some(*hold)), false);
                assert!(!open.contains(&Action::Approve), "{state} {hold}");
            }
        }
    }

    #[test]
    fn each_state_has_its_own_way_on() {
        use Action as A;
        let of = |state, hold| actions(&candidate(state, hold), true);
        assert_eq!(of(CandidateState::PendingReview, None), [A::Approve, A::ApproveEdited, A::Reject]);
        assert_eq!(
            of(CandidateState::Held, Some(HoldReason::QuietHours)),
            [A::Approve, A::ApproveEdited, A::Reject, A::Release]
        );
        assert_eq!(
            of(CandidateState::Held, Some(HoldReason::DispatchUnknown)),
            [A::Approve, A::Reject, A::MarkDelivered]
        );
        assert_eq!(of(CandidateState::Scheduled, None), [A::Undo, A::Reject]);
        for over in [CandidateState::Sending, CandidateState::Sent, CandidateState::Superseded] {
            assert_eq!(of(over, None), []);
        }
    }
}
