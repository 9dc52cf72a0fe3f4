//! The account at the end of every test: what was accepted, what became of it, and what the sink saw.

use std::collections::{BTreeMap, BTreeSet};

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    id::CandidateId,
    invariant::{self, Breach, CandidateRows, ThreadRows},
    job::{Job, JobKind, JobState},
    record::Thread,
};
use prospector_store::{CandidateFilter, CandidateView, JobFilter, StoreError, ThreadFilter};
use prospector_testkit::wait_until;
use strum::VariantArray as _;

use crate::house::{House, LONG};

/// More rows than any of these tests makes.
const ALL: i64 = 1_000;
/// Holds that would mean that a fault of ours cost a message.
const NOBODYS_WISH: [HoldReason; 3] =
    [HoldReason::AttemptsExhausted, HoldReason::DispatchUnknown, HoldReason::DispatchRejected];

/// How many candidates ended in each state.
#[derive(Debug, Default)]
pub(crate) struct Totals(BTreeMap<CandidateState, usize>);

impl Totals {
    pub(crate) fn of(&self, state: CandidateState) -> usize {
        self.0.get(&state).copied().unwrap_or(0)
    }
}

/// Every row of a house.
struct Rows {
    threads: Vec<Thread>,
    views: Vec<CandidateView>,
    jobs: Vec<Job>,
}

impl House {
    /// Waits until everything that was accepted is at rest and no job is left.
    pub(crate) async fn settle(&self) {
        let accepted = self.accepted();
        wait_until(&format!("all of {} messages are at rest", accepted.len()), LONG, async || {
            for kind in JobKind::VARIANTS {
                if self.store.unfinished_jobs(*kind).await.ok()? > 0 {
                    return None;
                }
            }
            for id in &accepted {
                let view = self.store.candidate(*id).await.ok()??;
                if !view.candidate.state.is_settled() {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    /// Waits for rest, then checks that nothing was lost, nothing sent twice and no promise broken.
    pub(crate) async fn account(&self) -> Totals {
        self.settle().await;
        let rows = self.rows().await.unwrap();
        self.nothing_is_lost(&rows);
        self.nothing_is_sent_twice(&rows);
        assert_eq!(rows.breaches(), []);
        let dead: Vec<&Job> = rows.jobs.iter().filter(|job| job.state == JobState::Dead).collect();
        assert!(dead.is_empty(), "{dead:?}");
        let mut totals = Totals::default();
        for view in &rows.views {
            *totals.0.entry(view.candidate.state).or_default() += 1;
            let reason = view.candidate.hold.as_ref().map(|hold| hold.reason);
            assert!(reason.is_none_or(|reason| !NOBODYS_WISH.contains(&reason)), "{:?}", view.candidate);
        }
        totals
    }

    async fn rows(&self) -> Result<Rows, StoreError> {
        let candidates = self.store.candidates(&CandidateFilter::default(), ALL).await?;
        let mut views = Vec::new();
        for candidate in &candidates {
            views.extend(self.store.candidate(candidate.id).await?);
        }
        Ok(Rows {
            threads: self.store.threads(&ThreadFilter::default(), ALL).await?,
            jobs: self.store.jobs(&JobFilter::default(), ALL).await?,
            views,
        })
    }

    /// Each accepted message has one candidate, at rest, and there is no other.
    fn nothing_is_lost(&self, rows: &Rows) {
        let accepted = self.accepted();
        let promised: BTreeSet<CandidateId> = accepted.iter().copied().collect();
        assert_eq!(promised.len(), accepted.len(), "two messages were given the same candidate");
        let found: BTreeSet<CandidateId> = rows.views.iter().map(|view| view.candidate.id).collect();
        assert_eq!(found, promised);
        let restless = rows.views.iter().find(|view| !view.candidate.state.is_settled());
        assert!(restless.is_none(), "{restless:?}");
    }

    /// The sink acted once for each candidate that counts as sent, with the words of its draft, and on nothing else.
    fn nothing_is_sent_twice(&self, rows: &Rows) {
        let mut effects = BTreeMap::new();
        for effect in self.sink.effects() {
            let text = effect.body["text"].as_str().unwrap().to_owned();
            assert!(effects.insert(effect.id.clone(), text).is_none(), "webhook {} acted twice", effect.id);
        }
        let mut answered = BTreeSet::new();
        for view in rows.views.iter().filter(|view| view.candidate.state == CandidateState::Sent) {
            assert!(answered.insert(view.candidate.message_id), "a message was answered twice");
            let intent = view.intent.as_ref().expect("what was sent has an intent");
            let text = effects.remove(&intent.id.to_string());
            let draft = view.drafts.iter().find(|draft| draft.id == intent.draft_id);
            assert_eq!(text.as_ref(), draft.map(|draft| &draft.body), "{:?}", view.candidate);
        }
        assert!(effects.is_empty(), "the sink acted on what does not count as sent: {effects:?}");
    }
}

impl Rows {
    fn breaches(&self) -> Vec<Breach> {
        let mut breaches = Vec::new();
        for thread in &self.threads {
            let candidates: Vec<CandidateRows<'_>> = self
                .views
                .iter()
                .filter(|view| view.candidate.thread_id == thread.id)
                .map(|view| CandidateRows {
                    candidate: &view.candidate,
                    drafts: &view.drafts,
                    intent: view.intent.as_ref(),
                })
                .collect();
            let jobs: Vec<Job> =
                self.jobs.iter().filter(|job| job.thread_id == Some(thread.id)).cloned().collect();
            breaches.extend(invariant::breaches(&ThreadRows {
                thread,
                candidates: &candidates,
                jobs: &jobs,
            }));
        }
        breaches.extend(self.views.iter().filter_map(|view| invariant::template_stays_alone(&view.drafts)));
        breaches
    }
}
