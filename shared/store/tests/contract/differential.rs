//! The same random history into both databases: the same answers, the same rows, and no invariant broken on the way.

use std::fmt::Debug;

use proptest::{
    collection::vec,
    sample::Index,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};
use prospector_domain::{
    candidate::{CandidateEvent, Hold},
    example,
    gate::Verdict,
    hold::HoldReason,
    id::NodeId,
    job::{Job, JobKind},
    mode::Mode,
};
use prospector_store::{
    Advance, Failure, InboundMessage, Ingested, JobFilter, Outcome, Receipt, Retention, SendTurn, Step,
    StoreError,
};

use crate::{
    backend::{Backend, runtime},
    calls::call,
    dump::Raw,
    history::{Act, Deed, Fate, act},
    invariants::broken,
    machines::Machines,
    waiting::{engine, wait},
    world::{CLEAN, LEASE_MS, WRONG, World, attempt_error, decided, delivered, failure, step},
};

/// Histories that are played. Each takes a fraction of a second.
const HISTORIES: u32 = 12;
/// Acts of the longest history.
const ACTS_MAX: usize = 80;

#[test]
fn sqlite_and_postgres_agree_on_every_history() {
    let (sqlite, postgres) = (Backend::sqlite(), Backend::postgres());
    let runtime = runtime();
    let config =
        Config { cases: HISTORIES, max_shrink_iters: 300, failure_persistence: None, ..Config::default() };
    let played = TestRunner::new(config).run(&vec(act(), 20..ACTS_MAX), |acts| {
        runtime.block_on(async {
            let sqlite = Player::new(World::new(sqlite.clone()).await).await;
            let postgres = Player::new(World::new(postgres.clone()).await).await;
            play_both(sqlite, postgres, &acts).await
        })
    });
    match played {
        Ok(()) => {}
        Err(TestError::Fail(why, acts)) => panic!("{why}\nin the history {acts:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

async fn play_both(mut sqlite: Player, mut postgres: Player, acts: &[Act]) -> Result<(), TestCaseError> {
    for (number, act) in acts.iter().enumerate() {
        let (ours, theirs) = tokio::join!(sqlite.play(act), postgres.play(act));
        if ours != theirs {
            let said = format!("act {number}, {act:?}:\nsqlite   {ours}\npostgres {theirs}");
            return Err(TestCaseError::fail(said));
        }
        let broken = broken(&mut sqlite.raw).await;
        if !broken.is_empty() {
            return Err(TestCaseError::fail(format!("after act {number}, {act:?}: {broken:#?}")));
        }
    }
    let (ours, theirs) = tokio::join!(sqlite.raw.dump(), postgres.raw.dump());
    if let Some((ours, theirs)) = ours.lines().zip(theirs.lines()).find(|(ours, theirs)| ours != theirs) {
        return Err(TestCaseError::fail(format!("rows differ:\nsqlite   {ours}\npostgres {theirs}")));
    }
    if ours.len() != theirs.len() {
        return Err(TestCaseError::fail("one has rows that the other has not"));
    }
    sqlite.world.store.close().await;
    postgres.world.store.close().await;
    Ok(())
}

/// Carries a history out on one database, and says what came of each act.
struct Player {
    world: World,
    raw: Raw,
    said: Vec<InboundMessage>,
    accepted: Vec<Receipt>,
    replies: u32,
    machines: Machines,
}

impl Player {
    async fn new(world: World) -> Self {
        world.open_for_business(Mode::Go).await;
        let raw = world.raw().await;
        Self { world, raw, said: Vec::new(), accepted: Vec::new(), replies: 0, machines: Machines::default() }
    }

    async fn play(&mut self, act: &Act) -> String {
        let (store, now) = (self.world.store.clone(), self.world.now());
        match act {
            Act::Say(lines) => self.say(lines).await,
            Act::Repeat(index) if self.said.is_empty() => format!("nothing to repeat at {index:?}"),
            Act::Repeat(index) => shown(store.ingest(now, &[index.get(&self.said).clone()]).await),
            Act::Pass(duration_ms) => shown::<_, StoreError>(Ok(self.world.pass_ms(*duration_ms))),
            Act::Work(kind, most, fates) => self.work(*kind, *most, fates).await,
            Act::Enqueue(count) => {
                let jobs: Vec<_> = (0..*count).map(|_| self.world.new_job(JobKind::Probe)).collect();
                shown(store.insert_jobs(&jobs).await)
            }
            Act::Rescue => shown(store.rescue_expired(now, 100).await),
            Act::Release => shown(store.release_due(now, 100).await),
            Act::Operate(deed, index) => self.operate(*deed, *index).await,
            Act::Control(cancel, index) => self.control(*cancel, *index).await,
            Act::Mode(mode) => {
                let change = [prospector_store::SettingChange::Mode(*mode)];
                shown(store.change_settings(now, "Quinn", &change).await)
            }
            Act::Pause(kind, true) => shown(store.pause_kind(now, *kind, "Quinn").await),
            Act::Pause(kind, false) => shown(store.resume_kind(now, *kind, "Quinn").await),
            Act::Price(price) => {
                let text = example::FACTS_TOML.replace("amount = 90", &format!("amount = {price}"));
                shown(store.publish_facts(now, "Quinn", &text).await)
            }
            Act::Sink(true) => shown(store.enable_sink(now, "main", "Quinn").await),
            Act::Sink(false) => shown(store.disable_sink(now, "main", "410 Gone").await),
            Act::Consent(contact, opted_out) => {
                let contact = format!("thread-{contact}@example.com");
                shown(store.record_consent(now, &contact, "phone", *opted_out, "Quinn").await)
            }
            Act::Prune => shown(store.prune(now, &Retention::default(), 50).await),
            Act::GiveUp(waited_ms) => {
                let since = now.plus_ms(-waited_ms);
                let demand = shown(store.engine_demand(&engine("1"), 5).await);
                demand + &shown(store.hold_waiting(now, &engine("1"), since, "no machine", 3).await)
            }
            Act::EngineBack => shown(store.release_engine_holds(now, 3).await),
            Act::Machine(leader, command) => self.machines.play(&self.world, *leader, command).await,
        }
    }

    async fn say(&mut self, lines: &[(usize, &'static str)]) -> String {
        let messages: Vec<InboundMessage> = lines
            .iter()
            .map(|(thread, text)| self.world.message(&format!("thread-{thread}"), text))
            .collect();
        let results = self.world.store.ingest(self.world.now(), &messages).await;
        self.said.extend(messages);
        for result in results.iter().flatten() {
            if let Ingested::Accepted(receipt, _) = result {
                self.accepted.push(receipt.clone());
            }
        }
        shown(results)
    }

    async fn work(&self, kind: JobKind, most: usize, fates: &[Fate]) -> String {
        let due = self.world.store.due_jobs(self.world.now(), kind, None, most).await.unwrap();
        let mut jobs = self.world.claim_ids(&due).await;
        jobs.sort_by_key(|job| job.id);
        let mut results = Vec::new();
        let closed = self.world.store.due_jobs(self.world.now(), kind, Some(&engine("1")), most).await;
        let mut told = format!("{due:?} {} ", shown(closed));
        for (job, fate) in jobs.iter().zip(fates.iter().cycle()) {
            let turn = self.outcome(job, *fate).await;
            told.push_str(&turn.0);
            let made = vec![call(&self.world, NodeId(self.world.next_id()), 7)];
            results.extend(turn.1.map(|outcome| Advance::of(job, outcome).with_calls(made, Vec::new())));
        }
        let saved = self.world.store.advance(self.world.now(), &results).await;
        saved.into_iter().fold(told, |told, one| told + " " + &shown(one))
    }

    /// What becomes of a claimed job: what was seen on the way, and its result when there is one.
    async fn outcome(&self, job: &Job, fate: Fate) -> (String, Option<Outcome>) {
        let mut seen = String::new();
        if job.kind == JobKind::Dispatch && job.candidate_id.is_some() && fate != Fate::HandedBack {
            let turn = self.world.begin_send(job).await;
            seen = format!("{turn:?}");
            if !matches!(turn, SendTurn::Go(_)) {
                return (seen, None);
            }
        }
        let now = self.world.now();
        let outcome = match fate {
            Fate::Vanished => None,
            Fate::HandedBack => {
                seen = shown(self.world.store.hand_back(now, &[job.claim()]).await);
                None
            }
            Fate::Dead => Some(Outcome::Dead(attempt_error(now, job.attempt))),
            // What has begun to go out does not wait for an engine.
            Fate::Waits if job.kind != JobKind::Dispatch => Some(wait("1", 500)),
            Fate::Retried | Fate::Waits if job.attempt >= job.max_attempts => {
                Some(Outcome::Dead(attempt_error(now, job.attempt)))
            }
            Fate::Retried | Fate::Waits => Some(self.retried(job)),
            Fate::Held | Fate::HeldForAWhile | Fate::Done => Some(self.finished(job, fate).await),
        };
        (seen, outcome)
    }

    fn retried(&self, job: &Job) -> Outcome {
        let failed: Failure = failure(self.world.now(), job.attempt, LEASE_MS / 2);
        if job.kind == JobKind::Dispatch && job.candidate_id.is_some() {
            return Outcome::StepAndRetry(Box::new(Step::event(CandidateEvent::SendDeferred)), failed);
        }
        Outcome::Retry(failed)
    }

    async fn finished(&self, job: &Job, fate: Fate) -> Outcome {
        if job.candidate_id.is_none() {
            return Outcome::Done(serde_json::json!({ "fate": format!("{fate:?}") }));
        }
        let mut hold = Hold::new(HoldReason::NoWorkflow, "none");
        match (job.kind, fate) {
            (JobKind::Dispatch, Fate::Done) => Outcome::Step(Box::new(delivered())),
            (JobKind::Dispatch, Fate::Held) => {
                step(CandidateEvent::Held(Hold::new(HoldReason::DispatchRejected, "422")))
            }
            (JobKind::Dispatch, _) => {
                step(CandidateEvent::Held(Hold::new(HoldReason::DispatchUnknown, "the connection broke")))
            }
            (_, Fate::HeldForAWhile) => {
                hold.reason = HoldReason::QuietHours;
                hold.release_at_ms = Some(self.world.now().plus_ms(LEASE_MS));
                step(CandidateEvent::Held(hold))
            }
            (JobKind::Classify, Fate::Done) => Outcome::Step(Box::new(decided())),
            (JobKind::Draft, Fate::Done) => {
                Outcome::Step(Box::new(self.world.written("A double room is €90 per night.").await))
            }
            (JobKind::Draft, _) => {
                let draft = self.world.new_draft(WRONG).await;
                let verdict: &Verdict = &draft.verdict;
                let hold = verdict.hold().expect("nobody charges that");
                Outcome::Step(Box::new(Step {
                    drafts: vec![draft],
                    ..Step::event(CandidateEvent::Held(hold))
                }))
            }
            _ => step(CandidateEvent::Held(hold)),
        }
    }

    async fn operate(&mut self, deed: Deed, index: Index) -> String {
        if self.accepted.is_empty() {
            return "nothing to do".to_owned();
        }
        let Receipt { candidate_id, thread_id, .. } = *index.get(&self.accepted);
        let (store, now, by) = (self.world.store.clone(), self.world.now(), "Quinn");
        match deed {
            Deed::Approve => shown(store.approve(now, candidate_id, by, None).await),
            Deed::Edit => shown(store.approve(now, candidate_id, by, Some(CLEAN)).await),
            Deed::EditWrongly => shown(store.approve(now, candidate_id, by, Some(WRONG)).await),
            Deed::Reject => shown(store.reject(now, candidate_id, by).await),
            Deed::Undo => shown(store.undo(now, candidate_id, by).await),
            Deed::Release => shown(store.release(now, candidate_id, by).await),
            Deed::MarkDelivered => shown(store.mark_delivered(now, candidate_id, by).await),
            Deed::TakeOver => shown(store.take_over(now, thread_id, by).await),
            Deed::GiveBack => shown(store.give_back(now, thread_id, by).await),
            Deed::PauseThread => shown(store.set_thread_mode(now, thread_id, Some(Mode::Pause), by).await),
            Deed::ClearThreadMode => shown(store.set_thread_mode(now, thread_id, None, by).await),
            Deed::HumanReply => {
                self.replies += 1;
                let external_id = format!("phone-{}", self.replies / 2);
                shown(store.note_human_reply(now, thread_id, &external_id, "We talked", by).await)
            }
        }
    }

    async fn control(&self, cancel: bool, index: Index) -> String {
        let (store, now) = (&self.world.store, self.world.now());
        let jobs = store.jobs(&JobFilter::default(), 1_000).await.unwrap();
        if jobs.is_empty() {
            return "no jobs".to_owned();
        }
        let id = index.get(&jobs).id;
        if cancel {
            shown(store.cancel_job(now, id, "Quinn").await)
        } else {
            shown(store.replay_job(now, id, "Quinn").await)
        }
    }
}

/// An answer, in words both databases must agree on. Whatever is not a refusal is a fault.
pub(crate) fn shown<T: Debug, E: Into<StoreError>>(result: Result<T, E>) -> String {
    match result.map_err(Into::into) {
        Ok(answer) => format!("{answer:?}"),
        Err(StoreError::Refused(refusal)) => format!("refused: {refusal}"),
        Err(error) => panic!("{error}"),
    }
}
