//! What is done about a model's text that the gate refuses, and what a judge can do about one that it passes.

use std::sync::atomic::{AtomicUsize, Ordering};

use prospector_domain::{
    candidate::CandidateState,
    engine::EngineId,
    gate::ViolationCode,
    hold::HoldReason,
    id::NodeId,
    invariant::{CandidateRows, only_clean_bodies_leave},
    job::JobKind,
    judgement::{Criterion, JudgementOutcome},
    mode::Mode,
    node::NodePhase,
    record::{Draft, DraftOrigin},
    source::IdSource as _,
};
use prospector_store::{CandidateView, LeaderGuard, NewEngineBuild, NewNode, NodeChange, SettingChange};
use prospector_testkit::{ANSWERING_MODEL, AnsweringServer};
use serde_json::{Value, json};

use crate::house::{House, Plan, UNDO_MS};

const QUESTION: &str = "How much is a double room?";
const WRONG: &str = "A double room is €80 per night.";
const RIGHT: &str = "A double room is €90 per night.";
const ENGINE: &str = "do-gpu-small_1";
/// A workflow of one step, so that every text is one answer.
const WORKFLOW: &str = r#"
id = "price"
name = "What a stay costs"
context = ["voice"]

[applies_to]
template_keys = ["②", "⑧"]

[[steps]]
draft = "Answer the question about the price with the prices given."
max_chars = 300
"#;

/// Which task a request is for, by the fields that its schema asks for.
fn is_judgement(request: &Value) -> bool {
    request.to_string().contains("problems")
}

fn is_revision(request: &Value) -> bool {
    request.to_string().contains("faults of the message")
}

fn written(text: &str) -> String {
    json!({ "message": text }).to_string()
}

fn nothing_wrong() -> String {
    json!({ "problems": [] }).to_string()
}

/// A house whose engine is a server that says what a test wants.
async fn house(mode: Mode, config: &str, server: &AnsweringServer) -> House {
    let house = House::build(Plan { mode, config, ..Plan::default() }).await;
    let (store, now) = (&house.store, house.now());
    let engine: EngineId = ENGINE.parse().unwrap();
    let build = NewEngineBuild {
        engine: engine.clone(),
        served_model_name: ANSWERING_MODEL.to_owned(),
        weights_digest: "sha256:00".to_owned(),
        weights_source: None,
    };
    store.register_engine_build(now, "test", &build).await.unwrap();
    let published = store.publish_workflow(now, "test", WORKFLOW).await.unwrap();
    store.make_workflow_live(now, "test", &published.id, published.version).await.unwrap();
    let change = SettingChange::DraftEngine(engine.clone());
    store.change_settings(now, "test", &[change]).await.unwrap();
    serve(&house, engine, server.port()).await;
    house
}

/// A machine that serves the engine, as the scheduler would have it.
async fn serve(house: &House, engine: EngineId, port: u16) {
    let (store, now) = (&house.store, house.now());
    let lease = store.acquire_lease(now, "scheduler", "test", 3_600_000).await.unwrap().unwrap();
    let guard = LeaderGuard::from(&lease);
    let id = NodeId(house.ids.next(now));
    let node = NewNode {
        id,
        name: format!("prospector-{id}"),
        engine,
        provider: "static".to_owned(),
        region: String::new(),
        size: String::new(),
        base_url: Some(format!("http://127.0.0.1:{port}")),
        api_key: None,
        price_microusd_per_hour: 0,
        granularity_ms: 1_000,
        minimum_ms: 0,
        reason: "a test asks".to_owned(),
        boot_deadline_ms: now.plus_ms(600_000),
    };
    store.open_node(now, &guard, &node).await.unwrap();
    store.record_machine(now, &guard, id, "machine", now).await.unwrap();
    for phase in [NodePhase::Warming, NodePhase::Ready] {
        store.move_node(now, &guard, id, phase, &NodeChange::default()).await.unwrap();
    }
}

/// Lets time pass until the candidate is `state`: a parked job is looked at again after a second.
async fn until(
    house: &House,
    id: prospector_domain::id::CandidateId,
    state: CandidateState,
) -> CandidateView {
    house
        .until_that("the candidate gets there", async || {
            house.clock.advance_ms(1_000);
            let view = house.view(id).await;
            (view.candidate.state == state).then_some(view)
        })
        .await
}

fn origins(drafts: &[Draft]) -> Vec<(DraftOrigin, bool)> {
    drafts.iter().map(|draft| (draft.origin, draft.verdict.ok)).collect()
}

#[tokio::test]
async fn what_the_gate_refuses_is_written_again_and_every_attempt_is_kept() {
    let server = AnsweringServer::saying(|request| match request {
        request if is_judgement(request) => nothing_wrong(),
        request if is_revision(request) => written(RIGHT),
        _ => written(WRONG),
    })
    .await;
    let house = house(Mode::Draft, "", &server).await;
    let id = house.answer(QUESTION).await;
    let view = until(&house, id, CandidateState::PendingReview).await;
    assert_eq!(origins(&view.drafts), [(DraftOrigin::Written, false), (DraftOrigin::Revised, true)]);
    assert_eq!(view.drafts[0].verdict.violations[0].code, ViolationCode::AmountUnlicensed);
    let draft = &view.drafts[1];
    assert_eq!((view.candidate.draft_id, draft.body.as_str()), (Some(draft.id), RIGHT));
    let judgement = draft.judgement.as_ref().unwrap();
    assert_eq!(judgement.outcome(), JudgementOutcome::Clean);
    // The revision was told what is wrong and what is right.
    let prompt = house.store.prompt(draft.workflow.as_ref().unwrap().prompt_hash).await.unwrap().unwrap();
    assert!(prompt.contains("€80") && prompt.contains("double room €90 per night"), "{prompt}");
    // Every call is kept with the draft that it was made for.
    let calls = house.store.calls_of_candidate(id).await.unwrap();
    let of = |task: &str| calls.iter().filter(|call| call.task == task).count();
    assert_eq!((of("draft"), of("judge")), (2, 1));
    assert!(calls.iter().all(|call| call.draft_id.is_some()), "{calls:?}");
    house.close().await;
}

#[tokio::test]
async fn a_model_that_does_not_learn_gives_way_to_the_fixed_text() {
    let asked = std::sync::Arc::new(AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&asked);
    let server = AnsweringServer::saying(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        written(WRONG)
    })
    .await;
    let house = house(Mode::Go, "", &server).await;
    let id = house.answer(QUESTION).await;
    let view = until(&house, id, CandidateState::Scheduled).await;
    assert_eq!(
        origins(&view.drafts),
        [
            (DraftOrigin::Written, false),
            (DraftOrigin::Revised, false),
            (DraftOrigin::Revised, false),
            (DraftOrigin::Fallback, true)
        ]
    );
    assert_eq!(asked.load(Ordering::Relaxed), 3, "two revisions, and no judge for a fixed text");
    let fallback = view.drafts.last().unwrap();
    assert_eq!((fallback.engine.clone(), fallback.workflow.is_none()), (EngineId::Template, true));
    house.clock.advance_ms(UNDO_MS);
    let view = until(&house, id, CandidateState::Sent).await;
    assert_eq!(house.texts(), [view.drafts[3].body.clone()]);
    let rows =
        CandidateRows { candidate: &view.candidate, drafts: &view.drafts, intent: view.intent.as_ref() };
    assert_eq!(only_clean_bodies_leave(&rows), None);
    house.close().await;
}

#[tokio::test]
async fn a_judge_holds_what_the_gate_let_pass_and_its_inventions_do_not_count() {
    let server = AnsweringServer::saying(|request| {
        if is_judgement(request) {
            let problem =
                |quote: &str| json!({"quote": quote, "why": "nobody said so", "criterion": "invents_facts"});
            json!({ "problems": [problem("as always"), problem("a free breakfast")] }).to_string()
        } else {
            written("A double room is €90 per night, as always.")
        }
    })
    .await;
    let house = house(Mode::Go, "", &server).await;
    let id = house.answer(QUESTION).await;
    let view = until(&house, id, CandidateState::Held).await;
    assert_eq!(view.candidate.hold.as_ref().unwrap().reason, HoldReason::SpecConflict);
    let judgement = view.drafts[0].judgement.clone().unwrap();
    let problems = judgement.problems.unwrap();
    assert_eq!((problems.len(), judgement.discarded), (1, 1));
    assert_eq!((problems[0].criterion, problems[0].quote.as_str()), (Criterion::InventsFacts, "as always"));
    assert_eq!(house.sink.received(), []);
    house.close().await;
}

#[tokio::test]
async fn a_judge_that_says_nothing_usable_holds_nothing() {
    let server = AnsweringServer::saying(|request| {
        if is_judgement(request) { "I cannot say.".to_owned() } else { written(RIGHT) }
    })
    .await;
    let house = house(Mode::Draft, "", &server).await;
    let id = house.answer(QUESTION).await;
    let view = until(&house, id, CandidateState::PendingReview).await;
    let judgement = view.drafts[0].judgement.as_ref().unwrap();
    assert_eq!((judgement.outcome(), judgement.problems.is_none()), (JudgementOutcome::Null, true));
    assert!(judgement.missing_because.is_some());
    house.close().await;
}

#[tokio::test]
async fn without_a_judge_a_clean_draft_goes_straight_on() {
    let server = AnsweringServer::saying(|request| {
        assert!(!is_judgement(request), "nobody asked for a judge");
        written(RIGHT)
    })
    .await;
    let house = house(Mode::Draft, "[engine]\njudge = false\n", &server).await;
    let id = house.answer(QUESTION).await;
    let view = until(&house, id, CandidateState::PendingReview).await;
    assert_eq!((view.drafts.len(), view.drafts[0].judgement.is_none()), (1, true));
    let judged = prospector_store::JobFilter { kind: Some(JobKind::Judge), ..Default::default() };
    assert_eq!(house.store.jobs(&judged, 1).await.unwrap().len(), 0);
    house.close().await;
}
