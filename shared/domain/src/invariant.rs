//! What can never happen, as named predicates over rows: shared by the tests that kill things and by checks that count
//! violations in production.
//!
//! Only what rows can show is here. That a receiver saw a message once (the other half of I2), that wiping the queue
//! costs latency only (I8) and that machines and money agree (I6, I7) need more than the rows of a thread.

use std::fmt;

use strum::{Display, IntoStaticStr, VariantArray};

use crate::{
    candidate::CandidateState,
    engine::EngineId,
    job::{Job, JobState},
    record::{Author, Candidate, Draft, IntentState, SendIntent, Thread},
};

/// The promises that rows can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Invariant {
    /// I1: what is not at rest has a job that will move it.
    WorkIsNeverStranded,
    /// I2: a message counts as sent exactly when its one intent was delivered.
    SentMeansDelivered,
    /// I3: nothing left, or is about to leave, whose draft fails the gate.
    OnlyCleanBodiesLeave,
    /// I4: what can still be sent answers the thread as it is now.
    OnlyTheNewestIsLive,
    /// One candidate of a thread is live at a time.
    OneLiveCandidate,
    /// I5: a lease is held by running jobs only, and every running job has one.
    LeasesAreOfRunningJobs,
    /// Jobs of a thread run one at a time.
    OneRunningJob,
    /// I10: with `template` in force every body of an engine is a template's.
    TemplateStaysAlone,
}

/// One broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What was promised.
    pub invariant: Invariant,
    /// The row that shows it, as `<what> <id>`.
    pub row: String,
    /// What was found. Holds no text of a message.
    pub found: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.invariant, self.row, self.found)
    }
}

/// A candidate and what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct CandidateRows<'a> {
    /// The candidate.
    pub candidate: &'a Candidate,
    /// Every draft of it.
    pub drafts: &'a [Draft],
    /// Its send intent, once there is one.
    pub intent: Option<&'a SendIntent>,
}

/// A thread and what belongs to it, read in one transaction or at rest.
#[derive(Debug, Clone, Copy)]
pub struct ThreadRows<'a> {
    /// The thread.
    pub thread: &'a Thread,
    /// Every candidate of it.
    pub candidates: &'a [CandidateRows<'a>],
    /// Its jobs. Those that finished may be missing: they are thrown away after a while.
    pub jobs: &'a [Job],
}

/// Every promise that these rows break.
#[must_use]
pub fn breaches(rows: &ThreadRows<'_>) -> Vec<Breach> {
    let mut found: Vec<Breach> = one_live_candidate(rows).into_iter().collect();
    found.extend(one_running_job(rows));
    found.extend(rows.jobs.iter().filter_map(leases_are_of_running_jobs));
    for one in rows.candidates {
        found.extend(work_is_never_stranded(one.candidate, rows.jobs));
        found.extend(sent_means_delivered(one));
        found.extend(only_clean_bodies_leave(one));
        found.extend(only_the_newest_is_live(one.candidate, rows.thread));
    }
    found
}

/// [`Invariant::WorkIsNeverStranded`].
#[must_use]
pub fn work_is_never_stranded(candidate: &Candidate, jobs: &[Job]) -> Option<Breach> {
    let moved = jobs.iter().any(|job| job.candidate_id == Some(candidate.id) && !job.state.is_terminal());
    if candidate.state.is_settled() || moved {
        return None;
    }
    let found = format!("is {} and has no job that would move it", candidate.state);
    Some(breach(Invariant::WorkIsNeverStranded, "candidate", candidate.id, found))
}

/// [`Invariant::SentMeansDelivered`].
#[must_use]
pub fn sent_means_delivered(rows: &CandidateRows<'_>) -> Option<Breach> {
    let state = rows.candidate.state;
    let intent = rows.intent.map(|intent| intent.state);
    let agrees = match intent {
        // A human may have noted that the message of an unknown delivery did arrive, which delivers its intent too.
        Some(IntentState::Delivered) => state == CandidateState::Sent,
        Some(IntentState::Sending) => state == CandidateState::Sending,
        _ => state != CandidateState::Sent,
    };
    if agrees {
        return None;
    }
    let found = format!("is {state}, and its intent is {}", intent.map_or("missing", IntentState::into));
    Some(breach(Invariant::SentMeansDelivered, "candidate", rows.candidate.id, found))
}

/// [`Invariant::OnlyCleanBodiesLeave`].
#[must_use]
pub fn only_clean_bodies_leave(rows: &CandidateRows<'_>) -> Option<Breach> {
    let leaves =
        |state| matches!(state, IntentState::Sending | IntentState::Delivered | IntentState::Unknown);
    let intent = rows.intent.filter(|intent| leaves(intent.state))?;
    let draft = rows.drafts.iter().find(|draft| draft.id == intent.draft_id);
    let found = match draft {
        Some(draft) if draft.verdict.ok => return None,
        Some(draft) => format!("went out with draft {}, which fails the gate", draft.id),
        None => format!("went out with draft {}, which is not one of its own", intent.draft_id),
    };
    Some(breach(Invariant::OnlyCleanBodiesLeave, "candidate", rows.candidate.id, found))
}

/// [`Invariant::OnlyTheNewestIsLive`].
#[must_use]
pub fn only_the_newest_is_live(candidate: &Candidate, thread: &Thread) -> Option<Breach> {
    if !candidate.state.is_live() || candidate.revision == thread.revision {
        return None;
    }
    let found = format!(
        "is {} for revision {}, and the thread is at {}",
        candidate.state, candidate.revision, thread.revision
    );
    Some(breach(Invariant::OnlyTheNewestIsLive, "candidate", candidate.id, found))
}

/// [`Invariant::OneLiveCandidate`].
#[must_use]
pub fn one_live_candidate(rows: &ThreadRows<'_>) -> Option<Breach> {
    let live = rows.candidates.iter().filter(|one| one.candidate.state.is_live()).count();
    let found = format!("has {live} live candidates");
    (live > 1).then(|| breach(Invariant::OneLiveCandidate, "thread", rows.thread.id, found))
}

/// [`Invariant::OneRunningJob`].
#[must_use]
pub fn one_running_job(rows: &ThreadRows<'_>) -> Option<Breach> {
    let running = rows.jobs.iter().filter(|job| job.state == JobState::Running).count();
    let found = format!("has {running} running jobs");
    (running > 1).then(|| breach(Invariant::OneRunningJob, "thread", rows.thread.id, found))
}

/// [`Invariant::LeasesAreOfRunningJobs`].
#[must_use]
pub fn leases_are_of_running_jobs(job: &Job) -> Option<Breach> {
    let running = job.state == JobState::Running;
    if job.lease_owner.is_some() == running && job.lease_until_ms.is_some() == running {
        return None;
    }
    let owner = job.lease_owner.as_deref().unwrap_or("nobody");
    let found = format!("is {}, and its lease is held by {owner}", job.state);
    Some(breach(Invariant::LeasesAreOfRunningJobs, "job", job.id, found))
}

/// [`Invariant::TemplateStaysAlone`]: for drafts written while `template` was in force.
#[must_use]
pub fn template_stays_alone(drafts: &[Draft]) -> Option<Breach> {
    let other =
        drafts.iter().find(|draft| draft.author == Author::Engine && draft.engine != EngineId::Template)?;
    let found = format!("was written by {}", other.engine);
    Some(breach(Invariant::TemplateStaysAlone, "draft", other.id, found))
}

fn breach(invariant: Invariant, what: &str, id: impl fmt::Display, found: String) -> Breach {
    Breach { invariant, row: format!("{what} {id}"), found }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        situation::{Archetype, ThreadState},
        time::UnixMs,
    };

    fn id(n: u8) -> String {
        format!("01920000-0000-7000-8000-0000000000{n:02x}")
    }

    fn thread(revision: i64) -> Thread {
        serde_json::from_value(json!({
            "id": id(1), "source": "bridge", "external_id": "t", "contact": "c", "channel": "sms", "zone": null,
            "archetype": Archetype::default(), "state": ThreadState::default(), "revision": revision, "mode": null, "sticky_hold": null,
            "last_inbound_at_ms": null, "last_outbound_at_ms": null, "created_at_ms": 0, "updated_at_ms": 0,
        }))
        .unwrap()
    }

    fn candidate(n: u8, state: CandidateState, revision: i64) -> Candidate {
        serde_json::from_value(json!({
            "id": id(n), "thread_id": id(1), "message_id": id(2), "revision": revision,
            "burst_from_revision": revision, "burst_started_at_ms": 0, "state": state, "intent": null,
            "template_key": null, "hold": null, "draft_id": null, "approved_by": null, "traceparent": null,
            "created_at_ms": 0, "updated_at_ms": 0, "settled_at_ms": null,
        }))
        .unwrap()
    }

    fn job(n: u8, state: JobState, candidate: &Candidate) -> Job {
        let lease = (state == JobState::Running).then_some("worker");
        serde_json::from_value(json!({
            "id": id(n), "kind": "draft", "state": state, "thread_id": id(1), "candidate_id": candidate.id,
            "priority": 5, "run_at_ms": 0, "attempt": 1, "max_attempts": 8, "fence": 1, "lease_owner": lease,
            "lease_until_ms": lease.map(|_| 9), "payload": null, "result": null, "errors": [], "callback": null,
            "created_by": null, "traceparent": null, "created_at_ms": 0, "started_at_ms": null,
            "finished_at_ms": null,
        }))
        .unwrap()
    }

    fn draft(ok: bool, engine: &str) -> Draft {
        serde_json::from_value(json!({
            "id": id(9), "candidate_id": id(3), "author": "engine", "origin": "written", "engine": engine, "template_key": null,
            "template_version": null, "facts_version": 1, "body": "b",
            "verdict": {"ok": ok, "violations": [], "mentions": []}, "created_at_ms": 0,
        }))
        .unwrap()
    }

    fn intent(state: IntentState) -> SendIntent {
        serde_json::from_value(json!({
            "id": id(8), "candidate_id": id(3), "draft_id": id(9), "sink": null, "state": state,
            "not_before_ms": 0, "attempts": 0, "last_status": null, "last_error": null, "delivered_at_ms": null,
        }))
        .unwrap()
    }

    fn broken(rows: &ThreadRows<'_>) -> Vec<Invariant> {
        breaches(rows).into_iter().map(|breach| breach.invariant).collect()
    }

    #[test]
    fn a_healthy_thread_breaks_nothing() {
        let (old, new) = (candidate(3, CandidateState::Sent, 1), candidate(4, CandidateState::Drafting, 2));
        let (drafts, delivered) = ([draft(true, "template")], intent(IntentState::Delivered));
        let candidates = [
            CandidateRows { candidate: &old, drafts: &drafts, intent: Some(&delivered) },
            CandidateRows { candidate: &new, drafts: &[], intent: None },
        ];
        let jobs = [job(6, JobState::Succeeded, &old), job(7, JobState::Running, &new)];
        let rows = ThreadRows { thread: &thread(2), candidates: &candidates, jobs: &jobs };
        assert_eq!(breaches(&rows), []);
        assert_eq!(template_stays_alone(&drafts), None);
    }

    #[test]
    fn each_promise_can_be_broken() {
        let (one, two) = (candidate(3, CandidateState::Drafting, 1), candidate(4, CandidateState::Held, 2));
        let bare = |candidate| CandidateRows { candidate, drafts: &[], intent: None };
        let candidates = [bare(&one), bare(&two)];
        let rows = ThreadRows { thread: &thread(2), candidates: &candidates, jobs: &[] };
        assert_eq!(
            broken(&rows),
            [Invariant::OneLiveCandidate, Invariant::WorkIsNeverStranded, Invariant::OnlyTheNewestIsLive]
        );

        let mut lost = job(6, JobState::Queued, &one);
        lost.lease_until_ms = Some(UnixMs(1));
        assert_eq!(leases_are_of_running_jobs(&lost).unwrap().invariant, Invariant::LeasesAreOfRunningJobs);
        let jobs = [job(6, JobState::Running, &one), job(7, JobState::Running, &one)];
        let rows = ThreadRows { thread: &thread(1), candidates: &candidates[..1], jobs: &jobs };
        assert_eq!(broken(&rows), [Invariant::OneRunningJob]);
        assert_eq!(
            template_stays_alone(&[draft(true, "do-gpu-m_1")]).unwrap().to_string(),
            format!("template_stays_alone: draft {} was written by do-gpu-m_1", id(9))
        );
    }

    #[test]
    fn an_intent_and_its_candidate_must_agree() {
        let drafts = [draft(true, "template")];
        let agree = |state, intent: Option<&SendIntent>| {
            let candidate = candidate(3, state, 1);
            sent_means_delivered(&CandidateRows { candidate: &candidate, drafts: &drafts, intent }).is_none()
        };
        assert!(agree(CandidateState::Sending, Some(&intent(IntentState::Sending))));
        assert!(agree(CandidateState::Superseded, Some(&intent(IntentState::Void))));
        assert!(agree(CandidateState::Held, Some(&intent(IntentState::Unknown))));
        assert!(!agree(CandidateState::Sent, None));
        assert!(!agree(CandidateState::Sent, Some(&intent(IntentState::Pending))));
        assert!(!agree(CandidateState::Held, Some(&intent(IntentState::Delivered))));
    }

    #[test]
    fn a_body_that_fails_the_gate_must_not_have_left() {
        let sent = candidate(3, CandidateState::Sent, 1);
        let with = |drafts: &[Draft], state| {
            let intent = intent(state);
            only_clean_bodies_leave(&CandidateRows { candidate: &sent, drafts, intent: Some(&intent) })
                .is_none()
        };
        assert!(with(&[draft(true, "template")], IntentState::Delivered));
        assert!(!with(&[draft(false, "template")], IntentState::Delivered));
        assert!(!with(&[], IntentState::Sending));
        assert!(with(&[draft(false, "template")], IntentState::Void));
    }
}
