//! From an inbound message to a reply, in every mode.

use prospector_domain::{
    candidate::CandidateState,
    engine::EngineId,
    hold::HoldReason,
    job::{Job, JobKind, JobState},
    mode::Mode,
    record::{Author, Direction, IntentState},
};
use prospector_store::{Approval, JobFilter, NewEngineBuild, SettingChange};

use crate::house::{House, Plan, UNDO_MS};

const QUESTION: &str = "How much is a double room?";

#[tokio::test]
async fn in_mode_go_a_question_is_answered_after_the_undo_window() {
    let house = House::open().await;
    let id = house.schedule(QUESTION).await;
    house.clock.advance_ms(UNDO_MS - 1);
    house.come_to_rest().await;
    assert_eq!(house.view(id).await.candidate.state, CandidateState::Scheduled);
    assert_eq!(house.sink.received(), []);

    house.clock.advance_ms(1);
    house.until(id, CandidateState::Sent).await;
    let view = house.view(id).await;
    let intent = view.intent.unwrap();
    assert_eq!((intent.state, intent.attempts, intent.last_status), (IntentState::Delivered, 1, Some(204)));
    assert_eq!((view.drafts.len(), view.decisions.len()), (1, 1));

    let effects = house.sink.effects();
    let [effect] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(effect.id, intent.id.to_string());
    assert_eq!(effect.traceparent, view.candidate.traceparent);
    assert_eq!(effect.body["type"], "message.send");
    assert_eq!(effect.body["text"], view.drafts[0].body);
    assert_eq!(effect.body["thread"]["external_id"], "t-1");
    assert_eq!(effect.body["in_reply_to"], "m-1");
    assert_eq!(effect.body["template_key"], "②");
    assert!(view.drafts[0].body.contains("€90"), "{}", view.drafts[0].body);

    let thread = house.store.thread(view.candidate.thread_id, 10).await.unwrap().unwrap();
    assert_eq!(thread.messages[0].direction, Direction::Outbound);
    assert_eq!(thread.messages[0].external_id, effect.id);
    house.close().await;
}

#[tokio::test]
async fn in_mode_draft_a_reply_waits_for_a_person_and_goes_out_once_approved() {
    let house = House::build(Plan { mode: Mode::Draft, ..Plan::default() }).await;
    let id = house.answer(QUESTION).await;
    house.until(id, CandidateState::PendingReview).await;
    house.come_to_rest().await;
    assert_eq!(house.sink.received(), []);

    let Approval::Scheduled(hints) = house.store.approve(house.now(), id, "Quinn", None).await.unwrap()
    else {
        panic!("a clean draft was not scheduled");
    };
    assert_eq!(hints.len(), 1);
    house.until(id, CandidateState::Sent).await;
    assert_eq!(house.texts().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn an_edit_that_contradicts_the_facts_is_refused_and_a_clean_one_is_sent() {
    let house = House::build(Plan { mode: Mode::Draft, ..Plan::default() }).await;
    let id = house.answer(QUESTION).await;
    house.until(id, CandidateState::PendingReview).await;
    let now = house.now();
    let wrong = house.store.approve(now, id, "Quinn", Some("A double room is €70.")).await.unwrap();
    assert!(matches!(wrong, Approval::Violates(_)), "{wrong:?}");
    house.store.approve(now, id, "Quinn", Some("A double room is €90. See you soon!")).await.unwrap();
    house.until(id, CandidateState::Sent).await;
    assert_eq!(house.texts(), ["A double room is €90. See you soon!"]);
    assert_eq!(house.view(id).await.drafts.last().unwrap().author, Author::Human);
    house.close().await;
}

#[tokio::test]
async fn in_mode_pause_a_reply_is_held_until_the_mode_changes() {
    let house = House::build(Plan { mode: Mode::Pause, ..Plan::default() }).await;
    let id = house.answer(QUESTION).await;
    assert_eq!(house.until_held(id).await.0, HoldReason::Paused);
    assert_eq!(house.view(id).await.drafts, [], "nothing is drafted for sending");

    house.set_mode(Mode::Go).await;
    house.store.release_due(house.now(), 10).await.unwrap();
    house.until(id, CandidateState::Scheduled).await;
    house.clock.advance_ms(UNDO_MS);
    house.until(id, CandidateState::Sent).await;
    house.close().await;
}

#[tokio::test]
async fn a_newer_message_supersedes_a_reply_that_is_being_drafted() {
    let house = House::open().await;
    house.store.pause_kind(house.now(), JobKind::Draft, "test").await.unwrap();
    let first = house.answer(QUESTION).await;
    house.until(first, CandidateState::Drafting).await;
    let second = house.answer("And how much is a single room?").await;
    assert_eq!(house.view(first).await.candidate.state, CandidateState::Superseded);
    house.store.resume_kind(house.now(), JobKind::Draft, "test").await.unwrap();
    house.until(second, CandidateState::Scheduled).await;
    house.clock.advance_ms(UNDO_MS);
    house.until(second, CandidateState::Sent).await;
    let effects = house.sink.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].body["in_reply_to"], "m-2");
    house.close().await;
}

#[tokio::test]
async fn a_burst_is_answered_once() {
    let house = House::open().await;
    let first = house.hear("Hello").await.candidate_id;
    house.clock.advance_ms(3_000);
    let second = house.hear("Do you have parking?").await.candidate_id;
    house.clock.advance_ms(3_000);
    let last = house.send("And wifi?").await;
    house.until(last, CandidateState::Sent).await;
    for earlier in [first, second] {
        assert_eq!(house.view(earlier).await.candidate.state, CandidateState::Superseded);
    }
    assert_eq!(house.texts().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn a_reply_can_be_called_back_within_the_undo_window() {
    let house = House::open().await;
    let id = house.schedule(QUESTION).await;
    house.store.undo(house.now(), id, "Quinn").await.unwrap();
    house.clock.advance_ms(UNDO_MS);
    house.come_to_rest().await;
    assert_eq!(house.view(id).await.candidate.state, CandidateState::PendingReview);
    assert_eq!(house.sink.received(), []);
    house.close().await;
}

#[tokio::test]
async fn a_reply_waits_for_its_engine_without_cost_and_is_written_at_once_when_the_engine_changes() {
    let house = House::open().await;
    let engine: EngineId = "do-gpu-mistral_1".parse().unwrap();
    choose_engine(&house, &engine).await;
    let id = house.answer(QUESTION).await;
    let job = parked(&house, JobKind::Draft, &engine).await;
    assert_eq!((job.attempt, job.errors.len()), (0, 0), "waiting costs no attempt");
    // Hinted all the same, it waits again: nothing serves.
    house.clock.advance_ms(2_000);
    parked(&house, JobKind::Draft, &engine).await;
    assert_eq!(house.view(id).await.candidate.state, CandidateState::Drafting);

    choose_engine(&house, &EngineId::Template).await;
    // A worker that looked just before may have parked it once more, so that one step of the clock need not be enough.
    house
        .until_that("the reply is sent", async || {
            house.clock.advance_ms(2_000);
            (house.view(id).await.candidate.state == CandidateState::Sent).then_some(())
        })
        .await;
    house.close().await;
}

#[tokio::test]
async fn what_no_rule_reads_waits_for_the_engine_and_is_held_when_none_comes() {
    let house = House::open().await;
    let engine: EngineId = "do-gpu-mistral_1".parse().unwrap();
    choose_engine(&house, &engine).await;
    let id = house.answer("The quick brown fox contemplates the ledger of Thursday.").await;
    parked(&house, JobKind::Classify, &engine).await;
    let since = house.now().plus_ms(1);
    // A job that a worker looks at just now is left alone, as a scheduler would leave it until its next turn.
    house
        .until_that("the candidate is held", async || {
            house.store.hold_waiting(house.now(), &engine, since, "no machine came", 10).await.unwrap();
            (house.view(id).await.candidate.state == CandidateState::Held).then_some(())
        })
        .await;
    assert_eq!(house.until_held(id).await.0, HoldReason::EngineUnavailable);
    house.close().await;
}

async fn choose_engine(house: &House, engine: &EngineId) {
    if *engine != EngineId::Template {
        let build = NewEngineBuild {
            engine: engine.clone(),
            served_model_name: "mistral".to_owned(),
            weights_digest: "sha256:00".to_owned(),
            weights_source: None,
        };
        house.store.register_engine_build(house.now(), "test", &build).await.unwrap();
    }
    let change = SettingChange::DraftEngine(engine.clone());
    house.store.change_settings(house.now(), "test", &[change]).await.unwrap();
}

/// Hints what is due until the newest job of a kind waits for `engine`, and nobody runs it.
async fn parked(house: &House, kind: JobKind, engine: &EngineId) -> Job {
    let filter = JobFilter { kind: Some(kind), ..JobFilter::default() };
    house
        .until_that("the job waits for its engine", async || {
            let job = house.store.jobs(&filter, 1).await.unwrap().pop()?;
            let waits = job.state == JobState::Queued && job.engine.as_ref() == Some(engine);
            waits.then_some(job)
        })
        .await
}
