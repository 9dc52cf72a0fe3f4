//! A draft that is written again, and one that is judged: what is kept, and who waits for whom.

use prospector_domain::{
    candidate::{CandidateEvent, CandidateState},
    hold::HoldReason,
    job::{JobKind, JobState, Revision},
    judgement::{Criterion, JudgedProblem, Judgement, JudgementOutcome},
    mode::Mode,
    record::DraftOrigin,
};
use prospector_store::{Motion, NewDraft, Outcome, Step};

use crate::{
    contract,
    invariants::broken,
    nodes::{lead, ready_node},
    waiting::{engine, wait},
    world::{CLEAN, World},
};

contract![
    a_revision_is_a_job_that_names_what_it_revises,
    the_last_of_several_drafts_is_in_force,
    a_judgement_is_kept_and_can_only_add_a_hold,
    nobody_waits_for_a_judge_in_vain,
    past_drafts_come_newest_first_with_what_they_answer,
];

const WRONG: &str = "A double room is €80 per night.";
/// How long a judge is waited for in these tests, in milliseconds.
const PATIENCE_MS: i64 = 30_000;

fn judgement(problems: Option<Vec<JudgedProblem>>) -> Judgement {
    Judgement {
        engine: engine("1"),
        problems,
        discarded: 1,
        missing_because: None,
        prompt_hash: None,
        judged_at_ms: prospector_domain::time::UnixMs(7),
    }
}

/// A step whose drafts are kept and that ends in an event.
fn step(drafts: Vec<NewDraft>, event: CandidateEvent) -> Outcome {
    Outcome::Step(Box::new(Step { drafts, motion: Motion::Event(event.clone()), ..Step::event(event) }))
}

/// A message whose clean draft waits for its judge.
async fn judged(world: &World, thread: &str) -> prospector_domain::job::Job {
    world.read(thread).await;
    let job = world.take(JobKind::Draft).await;
    let draft = world.new_draft(CLEAN).await;
    world.settle(&job, step(vec![draft], CandidateEvent::JudgementAsked)).await;
    world.take(JobKind::Judge).await
}

async fn a_revision_is_a_job_that_names_what_it_revises(world: World) {
    world.open_for_business(Mode::Draft).await;
    let receipt = world.read("room-7").await;
    let first = world.take(JobKind::Draft).await;
    assert_eq!(first.payload, serde_json::Value::Null);
    let draft = world.new_draft(WRONG).await;
    world.settle(&first, step(vec![draft], CandidateEvent::RevisionAsked { number: 1 })).await;
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!(candidate.state, CandidateState::Drafting);
    let second = world.take(JobKind::Draft).await;
    let revision: Revision = serde_json::from_value(second.payload.clone()).unwrap();
    assert_eq!(revision, Revision { revises: candidate.draft_id.unwrap(), number: 1 });
    assert_eq!(world.store.draft(revision.revises).await.unwrap().unwrap().body, WRONG);
    // A newer message ends the revising.
    world.say("room-7", "Or is Friday better?").await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Superseded);
    assert_eq!(world.store.job(second.id).await.unwrap().unwrap().state, JobState::Cancelled);
    assert_eq!(broken(&mut world.raw().await).await, [""; 0]);
}

async fn the_last_of_several_drafts_is_in_force(world: World) {
    world.open_for_business(Mode::Draft).await;
    let receipt = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    let refused = NewDraft { origin: DraftOrigin::Revised, ..world.new_draft(WRONG).await };
    let fallback = NewDraft { origin: DraftOrigin::Fallback, ..world.new_draft(CLEAN).await };
    let motion = Motion::ByMode { undo_window_ms: 0 };
    let kept = Step { drafts: vec![refused, fallback], motion, ..Step::event(CandidateEvent::Staged) };
    world.settle(&job, Outcome::Step(Box::new(kept))).await;
    let view = world.store.candidate(receipt.candidate_id).await.unwrap().unwrap();
    let origins: Vec<_> = view.drafts.iter().map(|draft| (draft.origin, draft.verdict.ok)).collect();
    assert_eq!(origins, [(DraftOrigin::Revised, false), (DraftOrigin::Fallback, true)]);
    assert_eq!(view.candidate.draft_id, Some(view.drafts[1].id));
    assert_eq!(view.candidate.state, CandidateState::PendingReview);
}

async fn a_judgement_is_kept_and_can_only_add_a_hold(world: World) {
    world.open_for_business(Mode::Go).await;
    let problem = JudgedProblem {
        criterion: Criterion::InventsFacts,
        quote: "free".to_owned(),
        why: "nobody said so".to_owned(),
    };
    for (thread, said, state, outcome) in [
        ("room-1", judgement(Some(vec![])), CandidateState::Scheduled, JudgementOutcome::Clean),
        ("room-2", judgement(None), CandidateState::Scheduled, JudgementOutcome::Null),
        ("room-3", judgement(Some(vec![problem])), CandidateState::Held, JudgementOutcome::Held),
    ] {
        let job = judged(&world, thread).await;
        let motion = match said.hold() {
            Some(hold) => Motion::Event(CandidateEvent::Held(hold)),
            None => Motion::ByMode { undo_window_ms: 0 },
        };
        let judged = Step { judgement: Some(said.clone()), motion, ..Step::event(CandidateEvent::Staged) };
        world.settle(&job, Outcome::Step(Box::new(judged))).await;
        let id = job.candidate_id.unwrap();
        assert_eq!(world.state(id).await, state);
        let draft = world.store.candidate(id).await.unwrap().unwrap().drafts.remove(0);
        assert_eq!(draft.judgement.as_ref().map(Judgement::outcome), Some(outcome));
        assert_eq!(draft.judgement, Some(said));
    }
    // A clean judgement of a draft that the gate refused changes nothing: it is held all the same.
    world.read("room-4").await;
    let job = world.take(JobKind::Draft).await;
    let draft = world.new_draft(WRONG).await;
    world.settle(&job, step(vec![draft], CandidateEvent::JudgementAsked)).await;
    let job = world.take(JobKind::Judge).await;
    let motion = Motion::ByMode { undo_window_ms: 0 };
    let clean =
        Step { judgement: Some(judgement(Some(vec![]))), motion, ..Step::event(CandidateEvent::Staged) };
    world.settle(&job, Outcome::Step(Box::new(clean))).await;
    world.assert_held(job.candidate_id.unwrap(), HoldReason::SpecConflict).await;
}

async fn nobody_waits_for_a_judge_in_vain(world: World) {
    world.open_for_business(Mode::Draft).await;
    let job = judged(&world, "room-7").await;
    world.settle(&job, wait("1", 0)).await;
    let later = world.pass_ms(PATIENCE_MS);
    // Other work would be held by now; a draft that passed the gate is not, for want of a judge.
    let given_up = world.store.hold_waiting(later, &engine("1"), later, "no machine", 10).await.unwrap();
    assert_eq!((given_up.held.len(), given_up.dead.len()), (0, 0));
    let unpark = async || {
        let now = world.now();
        let before = now.plus_ms(-PATIENCE_MS);
        let hints = world.store.unpark_judgements(now, &engine("1"), before).await.unwrap();
        hints.into_iter().map(|hint| (hint.kind, hint.job_id)).collect::<Vec<_>>()
    };
    assert_eq!(unpark().await, [], "not yet");
    world.pass_ms(1);
    let guard = lead(&world, "one").await;
    ready_node(&world, &guard, engine("1")).await;
    assert_eq!(unpark().await, [], "one that is served is on its way");
    let other = world.store.unpark_judgements(world.now(), &engine("2"), world.now()).await.unwrap();
    assert_eq!(other, [], "it waits for another engine");
    let node = world.store.live_nodes().await.unwrap().remove(0);
    crate::nodes::go(&world, &guard, node.id, prospector_domain::node::NodePhase::Draining).await;
    assert_eq!(unpark().await, [(JobKind::Judge, job.id)]);
    assert_eq!(unpark().await, [], "once");
    let free = world.store.job(job.id).await.unwrap().unwrap();
    assert_eq!((free.state, free.engine), (JobState::Queued, None));
}

async fn past_drafts_come_newest_first_with_what_they_answer(world: World) {
    world.open_for_business(Mode::Draft).await;
    world.drafted("room-1").await;
    world.drafted("room-2").await;
    let past = world.store.past_drafts(10).await.unwrap();
    assert_eq!(past.len(), 2);
    assert!(past[0].draft.id > past[1].draft.id);
    assert_eq!((past[0].inbound.as_str(), past[0].channel.as_str()), ("Do you have a room?", "sms"));
    assert_eq!(world.store.past_drafts(1).await.unwrap().len(), 1);
}
