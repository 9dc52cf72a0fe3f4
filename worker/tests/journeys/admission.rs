//! What may have changed between the decision to send and sending.

use prospector_domain::{
    candidate::CandidateState, example, hold::HoldReason, mode::Mode, record::IntentState,
};

use crate::house::{House, Plan, UNDO_MS};

const QUESTION: &str = "How much is a double room?";

#[tokio::test]
async fn facts_that_changed_since_the_draft_hold_it() {
    let house = House::open().await;
    let id = house.schedule(QUESTION).await;
    let dearer = example::FACTS_TOML.replace("amount = 90", "amount = 95");
    house.store.publish_facts(house.now(), "Quinn", &dearer).await.unwrap();
    house.clock.advance_ms(UNDO_MS);
    let (reason, detail) = house.until_held(id).await;
    assert_eq!(reason, HoldReason::SpecConflict);
    assert!(detail.contains("€95"), "{detail}");
    assert_eq!(house.sink.received(), []);
    assert_eq!(house.view(id).await.intent.unwrap().state, IntentState::Void);
    house.close().await;
}

#[tokio::test]
async fn a_mode_that_became_stricter_is_obeyed_in_the_last_moment() {
    let house = House::open().await;
    let id = house.schedule(QUESTION).await;
    house.set_mode(Mode::Draft).await;
    house.clock.advance_ms(UNDO_MS);
    house.until(id, CandidateState::PendingReview).await;
    house.close().await;

    let house = House::open().await;
    let id = house.schedule(QUESTION).await;
    house.set_mode(Mode::Pause).await;
    house.clock.advance_ms(UNDO_MS);
    assert_eq!(house.until_held(id).await.0, HoldReason::Paused);
    house.close().await;
}

#[tokio::test]
async fn a_takeover_in_the_last_moment_is_obeyed() {
    let house = House::open().await;
    let id = house.schedule(QUESTION).await;
    let thread = house.view(id).await.candidate.thread_id;
    house.store.take_over(house.now(), thread, "Quinn").await.unwrap();
    house.clock.advance_ms(UNDO_MS);
    house.come_to_rest().await;
    assert_eq!(house.until_held(id).await.0, HoldReason::HumanTakeover);
    assert_eq!(house.sink.received(), []);
    house.close().await;
}

#[tokio::test]
async fn a_newer_message_within_the_undo_window_replaces_the_reply() {
    let house = House::open().await;
    let first = house.schedule(QUESTION).await;
    let second = house.send("And how much is a single room?").await;
    house.until(second, CandidateState::Sent).await;
    assert_eq!(house.view(first).await.candidate.state, CandidateState::Superseded);
    assert_eq!(house.texts().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn at_night_a_reply_waits_for_the_morning() {
    // The clock of the house stands at noon UTC, which is night in Auckland.
    let config =
        "[pipeline]\nquiet_hours = { start = '21:00', end = '08:00' }\ndefault_zone = 'Pacific/Auckland'";
    let house = House::build(Plan { config, ..Plan::default() }).await;
    let id = house.answer(QUESTION).await;
    assert_eq!(house.until_held(id).await.0, HoldReason::QuietHours);
    let morning = house.view(id).await.candidate.hold.unwrap().release_at_ms.unwrap();
    house.clock.set(morning);
    house.store.release_due(morning, 10).await.unwrap();
    house.until(id, CandidateState::Scheduled).await;
    house.clock.advance_ms(UNDO_MS);
    house.until(id, CandidateState::Sent).await;
    house.close().await;
}

#[tokio::test]
async fn the_same_text_is_not_sent_twice_in_a_row() {
    let house = House::open().await;
    let first = house.send("Do you have parking?").await;
    house.until(first, CandidateState::Sent).await;
    let second = house.answer("Do you have parking?").await;
    assert_eq!(house.until_held(second).await.0, HoldReason::Duplicate);
    assert_eq!(house.view(second).await.drafts.len(), 1, "the draft is kept as evidence");
    house.close().await;
}
