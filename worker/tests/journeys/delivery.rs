//! What the receiver's answer means for the reply.

use std::sync::Arc;

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    job::{ErrorClass, JobKind},
    record::IntentState,
};
use prospector_testkit::SinkAnswer;
use tokio::sync::Notify;

use crate::house::{House, Plan, UNDO_MS};

const QUESTION: &str = "How much is a double room?";
/// Reads well behind the question, which it may be answered together with.
const ANOTHER: &str = "And how much is a single room?";
const DEDUPLICATES: &str = "allow_private_address = true\ndeduplicates = true";

#[tokio::test]
async fn a_sink_that_is_gone_is_disabled_and_not_called_again() {
    let house = House::open().await;
    house.sink.answer_next([SinkAnswer::Refuse(410, Vec::new())]);
    let id = house.send(QUESTION).await;
    assert_eq!(house.until_held(id).await.0, HoldReason::DispatchRejected);
    assert_eq!(house.view(id).await.intent.unwrap().state, IntentState::Rejected);
    assert!(house.store.sinks().await.unwrap()[0].disabled_at_ms.is_some());

    let next = house.send(ANOTHER).await;
    let (reason, detail) = house.until_held(next).await;
    assert_eq!(reason, HoldReason::DispatchRejected);
    assert!(detail.contains("disabled"), "{detail}");
    assert_eq!(house.sink.received().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn a_redirect_and_a_refusal_are_final() {
    for status in [307, 422] {
        let house = House::open().await;
        house.sink.answer_next([SinkAnswer::Refuse(status, vec![("location", house.sink.url())])]);
        let id = house.send(QUESTION).await;
        let (reason, detail) = house.until_held(id).await;
        assert_eq!(reason, HoldReason::DispatchRejected);
        assert!(detail.contains(&format!("HTTP {status}")), "{detail}");
        assert_eq!(house.sink.received().len(), 1);
        house.close().await;
    }
}

#[tokio::test]
async fn a_private_address_is_refused_unless_the_sink_allows_it() {
    let house = House::build(Plan { sink: "", ..Plan::default() }).await;
    let id = house.send(QUESTION).await;
    let (reason, detail) = house.until_held(id).await;
    assert_eq!(reason, HoldReason::DispatchRejected);
    assert!(detail.contains("allow_private_address"), "{detail}");
    assert_eq!(house.sink.received(), []);
    house.close().await;
}

#[tokio::test]
async fn a_channel_without_a_sink_holds_its_replies() {
    let config = "[sinks.other]\nurl = 'http://127.0.0.1:9/'\nsecret = 'whsec_dGVzdGtpdC1zaW5rLXNlY3JldC0wMTIzNDU2Nzg5YWI='";
    let house = House::build(Plan { config, ..Plan::default() }).await;
    let mut config = (*house.config).clone();
    config.dispatch.default_sink = None;
    let house = house.with_config(config).await;
    let id = house.send(QUESTION).await;
    let (reason, detail) = house.until_held(id).await;
    assert_eq!(reason, HoldReason::DispatchRejected);
    assert!(detail.contains("no sink is configured for channel sms"), "{detail}");
    house.close().await;
}

#[tokio::test]
async fn silence_leaves_it_to_a_person_who_may_send_it_again_under_the_same_id() {
    let sink = "allow_private_address = true\ntimeout_ms = 100";
    let house = House::build(Plan { sink, ..Plan::default() }).await;
    house.sink.answer_next([SinkAnswer::TakeInSilence]);
    let id = house.send(QUESTION).await;
    assert_eq!(house.until_held(id).await.0, HoldReason::DispatchUnknown);
    assert_eq!(house.view(id).await.intent.unwrap().state, IntentState::Unknown);
    house.come_to_rest().await;
    assert_eq!(house.sink.received().len(), 1, "never a blind resend");

    house.store.approve(house.now(), id, "Quinn", None).await.unwrap();
    house.until(id, CandidateState::Sent).await;
    assert_eq!((house.sink.received().len(), house.sink.effects().len()), (2, 1));
    house.close().await;
}

#[tokio::test]
async fn a_sink_that_deduplicates_gets_it_again_under_the_same_id() {
    let house = House::build(Plan { sink: DEDUPLICATES, ..Plan::default() }).await;
    house.sink.answer_next([SinkAnswer::TakeButAnswer(500), SinkAnswer::TakeButAnswer(502)]);
    let id = house.send(QUESTION).await;
    house
        .until_that("it is sent", async || {
            house.clock.advance_ms(1_000);
            (house.view(id).await.candidate.state == CandidateState::Sent).then_some(())
        })
        .await;
    assert_eq!((house.sink.received().len(), house.sink.effects().len()), (3, 1));
    let intent = house.view(id).await.intent.unwrap();
    assert_eq!((intent.state, intent.attempts), (IntentState::Delivered, 3));
    let job = house.newest_job(JobKind::Dispatch).await;
    assert_eq!((job.attempt, job.errors.len()), (1, 2), "a doubt costs no attempt, and is kept");
    house.close().await;
}

#[tokio::test]
async fn the_receivers_wish_for_patience_is_honoured() {
    let house = House::open().await;
    house.sink.answer_next([SinkAnswer::Refuse(429, vec![("retry-after", "120".to_owned())])]);
    let id = house.send(QUESTION).await;
    let asked_at = house.now();
    house.until_that("it was refused", async || (house.sink.received().len() == 1).then_some(())).await;
    house.come_to_rest().await;
    assert_eq!(house.view(id).await.candidate.state, CandidateState::Scheduled);
    let job = house.newest_job(JobKind::Dispatch).await;
    assert_eq!(job.run_at_ms, asked_at.plus_ms(120_000));
    assert_eq!(job.errors[0].class, ErrorClass::Throttled);

    house.clock.set(job.run_at_ms);
    house.until(id, CandidateState::Sent).await;
    assert_eq!((house.sink.received().len(), house.sink.effects().len()), (2, 1));
    house.close().await;
}

#[tokio::test]
async fn what_cannot_be_delivered_in_time_is_held_as_stale() {
    let config = "[pipeline]\nfreshness_max_s = 60";
    let house = House::build(Plan { config, ..Plan::default() }).await;
    house.sink.answer_next([SinkAnswer::Refuse(503, vec![("retry-after", "3600".to_owned())])]);
    let id = house.send(QUESTION).await;
    house.until_that("it was refused", async || (house.sink.received().len() == 1).then_some(())).await;
    house.come_to_rest().await;
    house.clock.advance_ms(60_000);
    assert_eq!(house.until_held(id).await.0, HoldReason::StaleInbound);
    assert_eq!(house.sink.received().len(), 1);
    assert_eq!(house.view(id).await.intent.unwrap().state, IntentState::Void, "it certainly did not arrive");
    house.close().await;
}

#[tokio::test]
async fn a_newer_message_while_the_webhook_is_out_is_answered_whatever_becomes_of_it() {
    let sink = "allow_private_address = true\ntimeout_ms = 1000";
    let house = House::build(Plan { sink, ..Plan::default() }).await;
    house.sink.answer_next([SinkAnswer::TakeInSilence]);
    let first = house.send(QUESTION).await;
    house.until(first, CandidateState::Sending).await;
    let second = house.send(ANOTHER).await;
    house.until(second, CandidateState::Sent).await;
    let first = house.view(first).await;
    assert!(first.candidate.state.is_settled(), "{:?}", first.candidate.state);
    assert_eq!(first.intent.unwrap().state, IntentState::Unknown);
    assert_eq!(house.texts().len(), 2);
    house.close().await;
}

#[tokio::test]
async fn a_reply_that_is_refused_after_a_newer_message_came_gives_way_to_its_answer() {
    for (status, expected) in [(503, IntentState::Void), (422, IntentState::Rejected)] {
        let house = House::open().await;
        let told = Arc::new(Notify::new());
        house.sink.answer_next([SinkAnswer::RefuseWhenTold(Arc::clone(&told), status)]);
        let first = house.send(QUESTION).await;
        house.until_that("it is out", async || (house.sink.received().len() == 1).then_some(())).await;
        let second = house.answer(ANOTHER).await;
        told.notify_one();
        house.until(second, CandidateState::Scheduled).await;
        house.clock.advance_ms(UNDO_MS);
        house.until(second, CandidateState::Sent).await;
        let first = house.view(first).await;
        assert_eq!(first.candidate.state, CandidateState::Superseded);
        assert_eq!(first.intent.unwrap().state, expected);
        let second = house.view(second).await.candidate;
        assert_eq!(second.burst_from_revision, 1, "the first question is still unanswered");
        assert_eq!(house.texts().len(), 1);
        house.close().await;
    }
}

#[tokio::test]
async fn a_newer_message_while_the_webhook_is_refused_for_now_replaces_it() {
    let sink = "allow_private_address = true\ntimeout_ms = 10000";
    let house = House::build(Plan { sink, ..Plan::default() }).await;
    house.sink.answer_next([SinkAnswer::Refuse(503, Vec::new())]);
    let first = house.send(QUESTION).await;
    house.until_that("it was refused", async || (house.sink.received().len() == 1).then_some(())).await;
    let second = house.send(ANOTHER).await;
    house.until(second, CandidateState::Sent).await;
    assert_eq!(house.view(first).await.candidate.state, CandidateState::Superseded);
    assert_eq!(house.texts().len(), 1);
    house.close().await;
}
