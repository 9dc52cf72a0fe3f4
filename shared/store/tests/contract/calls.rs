//! Calls of a model, what was asked in them, and the drafts and decisions that came of it.

use prospector_domain::{
    candidate::{CandidateEvent, Hold},
    content_hash::ContentHash,
    decision::DecidedBy,
    hold::HoldReason,
    id::{CallId, NodeId},
    job::{JobKind, JobState},
    mode::Mode,
    record::WorkflowRun,
    time::{DAY_MS, UnixMs},
};
use prospector_store::{
    Advance, Advanced, EngineUsage, NewCall, NewDecision, NewDraft, NewPrompt, Outcome, Retention, Step,
    StoreError,
};
use serde_json::json;

use crate::{
    concurrency::together,
    contract,
    waiting::{engine, wait},
    world::{CLEAN, LEASE_MS, QUIET_MS, World, attempt_error, decided, failure},
};

contract![
    a_draft_keeps_how_it_was_written,
    a_decision_says_who_made_it,
    calls_are_kept_whatever_becomes_of_the_job,
    calls_of_a_lost_claim_are_not_kept,
    a_prompt_is_kept_once_byte_for_byte,
    many_writers_of_the_same_prompts_do_not_wait_for_each_other,
    what_explains_a_draft_is_kept_for_good,
    what_models_were_used_for_is_summed,
];

pub(crate) fn call(world: &World, node_id: NodeId, output_tokens: i64) -> NewCall {
    NewCall {
        id: CallId(world.next_id()),
        node_id,
        draft_id: None,
        task: "draft".to_owned(),
        engine: engine("1"),
        prompt_hash: Some(prompt("hello").hash),
        outcome: "ok".to_owned(),
        input_tokens: 900,
        cached_input_tokens: 800,
        output_tokens,
        started_at_ms: world.now(),
        ended_at_ms: world.now().plus_ms(700),
    }
}

fn prompt(body: &str) -> NewPrompt {
    NewPrompt { hash: ContentHash::of(body.as_bytes()), body: body.to_owned() }
}

fn node(world: &World) -> NodeId {
    NodeId(world.next_id())
}

fn run() -> WorkflowRun {
    WorkflowRun {
        workflow_id: "availability".to_owned(),
        workflow_version: 3,
        workflow_arm: Some("b".to_owned()),
        prompt_hash: prompt("hello").hash,
        steps: json!([{ "name": "draft", "output": "Lovely – ü" }]),
        reasoning: Some("They ask for a room.".to_owned()),
        input_tokens: 900,
        output_tokens: 40,
    }
}

/// A step that keeps a model's draft with the calls behind it.
pub(crate) async fn written_by_model(world: &World, calls: Vec<NewCall>) -> Step {
    let draft = NewDraft { engine: engine("1"), workflow: Some(run()), ..world.new_draft(CLEAN).await };
    Step { drafts: vec![draft], calls, prompts: vec![prompt("hello")], ..world.written(CLEAN).await }
}

async fn a_draft_keeps_how_it_was_written(world: World) {
    world.open_for_business(Mode::Draft).await;
    let receipt = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    let node = node(&world);
    let (one, two) = (call(&world, node, 10), call(&world, node, 30));
    let step = written_by_model(&world, vec![one.clone(), two]).await;
    world.settle(&job, Outcome::Step(Box::new(step))).await;
    let view = world.store.candidate(receipt.candidate_id).await.unwrap().unwrap();
    let draft = &view.drafts[0];
    assert_eq!((&draft.workflow, draft.cost_microusd), (&Some(run()), None));
    assert_eq!(world.store.draft(draft.id).await.unwrap().as_ref(), Some(draft));
    let calls = world.store.calls_of_candidate(receipt.candidate_id).await.unwrap();
    assert_eq!(calls.len(), 2);
    let kept = &calls[0];
    assert_eq!((kept.id, kept.node_id, kept.job_id), (one.id, node, job.id));
    assert_eq!((kept.draft_id, kept.candidate_id), (Some(draft.id), job.candidate_id));
    assert_eq!((kept.task.as_str(), kept.outcome.as_str(), &kept.engine), ("draft", "ok", &engine("1")));
    assert_eq!((kept.input_tokens, kept.cached_input_tokens, kept.output_tokens), (900, 800, 10));
    assert_eq!((kept.busy_microusd, kept.overhead_microusd), (None, None));
    // A human's own words have neither a workflow nor a cost.
    world.store.approve(world.now(), receipt.candidate_id, "Quinn", Some("Of course!")).await.unwrap();
    let view = world.store.candidate(receipt.candidate_id).await.unwrap().unwrap();
    assert_eq!((&view.drafts[1].workflow, view.drafts[1].cost_microusd), (&None, None));
}

async fn a_decision_says_who_made_it(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    let rules = decided();
    let model = NewDecision {
        decided_by: DecidedBy::Model,
        prompt_hash: Some(prompt("choose").hash),
        ..rules.decision.clone().unwrap()
    };
    let step = Step { decision: Some(model), calls: vec![call(&world, node(&world), 5)], ..rules };
    world.settle(&job, Outcome::Step(Box::new(step))).await;
    let view = world.store.candidate(receipt.candidate_id).await.unwrap().unwrap();
    assert_eq!(view.decisions[0].decided_by, DecidedBy::Model);
    assert_eq!(view.decisions[0].prompt_hash, Some(prompt("choose").hash));
    let calls = world.store.calls_of_candidate(receipt.candidate_id).await.unwrap();
    assert_eq!(calls[0].draft_id, None, "nothing was drafted yet");
}

async fn calls_are_kept_whatever_becomes_of_the_job(world: World) {
    world.open_for_business(Mode::Draft).await;
    let receipt = world.read("room-7").await;
    let node = node(&world);
    let outcomes =
        |at: UnixMs| [Outcome::Retry(failure(at, 1, 0)), wait("1", 0), Outcome::Dead(attempt_error(at, 3))];
    for (number, outcome) in outcomes(world.now()).into_iter().enumerate() {
        let job = world.take(JobKind::Draft).await;
        let calls = vec![call(&world, node, 1)];
        let advance = Advance::of(&job, outcome).with_calls(calls, vec![prompt(&format!("{number}"))]);
        let results = world.store.advance(world.now(), &[advance]).await;
        assert!(matches!(results[0], Ok(Advanced::Applied(_))), "{results:?}");
        assert!(world.store.prompt(prompt(&format!("{number}")).hash).await.unwrap().is_some());
    }
    world.assert_held(receipt.candidate_id, HoldReason::AttemptsExhausted).await;
    assert_eq!(world.store.calls_of_candidate(receipt.candidate_id).await.unwrap().len(), 3);
    world.pass_ms(1);
    // A single job keeps them with its result, in the same batch as one that made none.
    world.single(JobKind::Probe).await;
    world.single(JobKind::Probe).await;
    let jobs = world.claim(JobKind::Probe).await;
    let batch = [
        Advance::of(&jobs[0], Outcome::Done(json!(1))),
        Advance::of(&jobs[1], Outcome::Done(json!(2)))
            .with_calls(vec![call(&world, node, 1)], vec![prompt("single")]),
    ];
    let results = world.store.advance(world.now(), &batch).await;
    assert!(results.iter().all(|result| matches!(result, Ok(Advanced::Applied(_)))), "{results:?}");
    let done = world.store.job(jobs[1].id).await.unwrap().unwrap();
    assert_eq!((done.state, done.result), (JobState::Succeeded, Some(json!(2))));
    let calls = world.store.calls_of_node(node, UnixMs(0)).await.unwrap();
    assert_eq!(calls.len(), 4);
    let of_job = |id| calls.iter().filter(|call| call.job_id == id).count();
    assert_eq!((of_job(jobs[0].id), of_job(jobs[1].id)), (0, 1));
    assert_eq!(
        world.store.calls_of_node(node, world.now().plus_ms(700)).await.unwrap().len(),
        1,
        "those that ended since"
    );
}

async fn calls_of_a_lost_claim_are_not_kept(world: World) {
    world.single(JobKind::Probe).await;
    let lost = world.take(JobKind::Probe).await;
    world.pass_ms(LEASE_MS + 1);
    world.store.rescue_expired(world.now(), 10).await.unwrap();
    let node = node(&world);
    let advance = Advance::of(&lost, Outcome::Done(json!(1)))
        .with_calls(vec![call(&world, node, 1)], vec![prompt("lost")]);
    let results = world.store.advance(world.now(), &[advance]).await;
    assert!(matches!(results[0], Ok(Advanced::Stale)), "{results:?}");
    assert_eq!(world.store.calls_of_node(node, UnixMs(0)).await.unwrap(), []);
    assert_eq!(world.store.prompt(prompt("lost").hash).await.unwrap(), None);
}

async fn a_prompt_is_kept_once_byte_for_byte(world: World) {
    let odd = "system\n\tit's \"quoted\" – ü 🛏\r\n  {{ not a template }}\\u0000";
    for _ in 0..2 {
        world.single(JobKind::Probe).await;
        let job = world.take(JobKind::Probe).await;
        let advance = Advance::of(&job, Outcome::Done(json!(1)))
            .with_calls(Vec::new(), vec![prompt(odd), prompt("other"), prompt(odd)]);
        world.store.advance(world.now(), &[advance]).await.remove(0).unwrap();
    }
    assert_eq!(world.store.prompt(prompt(odd).hash).await.unwrap().as_deref(), Some(odd));
    assert_eq!(world.raw().await.texts("SELECT CAST(count(*) AS TEXT) FROM prompts").await, ["2"]);
}

async fn many_writers_of_the_same_prompts_do_not_wait_for_each_other(world: World) {
    world.open_for_business(Mode::Draft).await;
    for number in 0..8 {
        world.say(&format!("room-{number}"), "hello").await;
    }
    world.pass_ms(QUIET_MS);
    let jobs = world.claim(JobKind::Classify).await;
    assert_eq!(jobs.len(), 8);
    let world = std::sync::Arc::new(world);
    together(4, |number| {
        let (world, pair) = (world.clone(), jobs[number * 2..number * 2 + 2].to_vec());
        async move {
            let bodies = if number % 2 == 0 { ["one", "two"] } else { ["two", "one"] };
            let batch: Vec<Advance> = pair
                .iter()
                .map(|job| {
                    let hold = Hold::new(HoldReason::NoWorkflow, "none");
                    let prompts = bodies.map(prompt).to_vec();
                    let step = Step { prompts, ..Step::event(CandidateEvent::Held(hold)) };
                    Advance::of(job, Outcome::Step(Box::new(step)))
                })
                .collect();
            for result in world.store.advance(world.now(), &batch).await {
                assert!(matches!(result, Ok::<_, StoreError>(Advanced::Applied(_))), "{result:?}");
            }
        }
    })
    .await;
    world.assert_no_deadlock().await;
}

async fn what_explains_a_draft_is_kept_for_good(world: World) {
    world.open_for_business(Mode::Draft).await;
    let receipt = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    let step = written_by_model(&world, vec![call(&world, node(&world), 10)]).await;
    world.settle(&job, Outcome::Step(Box::new(step))).await;
    world.pass_ms(400 * DAY_MS);
    world.store.prune(world.now(), &Retention::default(), 1_000).await.unwrap();
    assert_eq!(world.store.job(job.id).await.unwrap(), None);
    assert_eq!(world.store.calls_of_candidate(receipt.candidate_id).await.unwrap().len(), 1);
    assert_eq!(world.store.prompt(prompt("hello").hash).await.unwrap().as_deref(), Some("hello"));
}

async fn what_models_were_used_for_is_summed(world: World) {
    world.open_for_business(Mode::Go).await;
    let began = world.now();
    let node = node(&world);
    let write = async |thread: &str| {
        let receipt = world.read(thread).await;
        let job = world.take_of(receipt.candidate_id).await;
        let step = written_by_model(&world, vec![call(&world, node, 10), call(&world, node, 30)]).await;
        world.settle(&job, Outcome::Step(Box::new(step))).await;
        world.take_of(receipt.candidate_id).await
    };
    let used = async |since| world.store.engine_usage_since(since).await.unwrap();
    assert_eq!(used(began).await, EngineUsage::default());
    let first = write("room-1").await;
    write("room-2").await;
    // The fixed texts are no model's.
    world.sent("room-3").await;
    let written = EngineUsage { calls: 4, input_tokens: 3_600, output_tokens: 80, drafts: 2, sent: 0 };
    assert_eq!(used(began).await, written);
    world.pass_ms(1_000);
    let sent_at = world.now();
    world.deliver(&first).await;
    assert_eq!(used(began).await, EngineUsage { sent: 1, ..written });
    assert_eq!(used(sent_at).await, EngineUsage { sent: 1, ..EngineUsage::default() });
    assert_eq!(used(sent_at.plus_ms(1)).await, EngineUsage::default());
}
