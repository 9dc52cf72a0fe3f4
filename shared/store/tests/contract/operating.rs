//! What people decide about candidates and threads.

use prospector_domain::{
    candidate::{CandidateEvent, CandidateState, Hold},
    gate::ViolationCode,
    hold::HoldReason,
    id::{CandidateId, ThreadId},
    job::JobKind,
    mode::Mode,
    record::{Author, Direction, IntentState},
};
use prospector_store::{Approval, Outcome, Refusal, Step, StoreError};

use crate::{
    contract,
    world::{CLEAN, LEASE_MS, QUIET_MS, WRONG, World, decided, delivered, going, step},
};

contract![
    an_edit_that_passes_the_gate_goes_out,
    an_edit_that_does_not_pass_changes_nothing,
    what_cannot_be_approved_is_refused,
    a_rejected_candidate_stays_rejected,
    a_scheduled_message_is_called_back,
    a_released_candidate_is_read_anew,
    a_released_candidate_that_was_approved_is_sent,
    an_unknown_delivery_is_settled_by_a_human,
    an_unknown_delivery_may_be_sent_again_unchanged,
    a_takeover_holds_what_is_live_and_a_give_back_lets_it_go,
    a_human_reply_answers_the_thread,
    a_threads_own_mode_lets_paused_candidates_go,
    what_does_not_exist_is_said_so,
];

fn said(result: Result<impl std::fmt::Debug, StoreError>) -> String {
    match result {
        Err(StoreError::Refused(refusal)) => refusal.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

async fn staged(world: &World, thread: &str) -> CandidateId {
    world.open_for_business(Mode::Draft).await;
    world.drafted(thread).await.candidate_id
}

async fn an_edit_that_passes_the_gate_goes_out(world: World) {
    let id = staged(&world, "room-7").await;
    let text = "A double room is €90 per night. Quinn";
    let approval = world.store.approve(world.now(), id, "Quinn", Some(text)).await.unwrap();
    let Approval::Scheduled(hints) = approval else { panic!("{approval:?}") };
    assert_eq!(hints.iter().map(|hint| hint.kind).collect::<Vec<_>>(), [JobKind::Dispatch]);
    let job = world.take(JobKind::Dispatch).await;
    let order = world.deliver(&job).await;
    assert_eq!((order.draft.body.as_str(), order.draft.author), (text, Author::Human));
    let view = world.store.candidate(id).await.unwrap().unwrap();
    assert_eq!(view.drafts.len(), 2, "what the engine wrote is kept");
    assert_eq!(
        view.drafts.iter().map(|draft| draft.author).collect::<Vec<_>>(),
        [Author::Engine, Author::Human]
    );
    assert_eq!(view.candidate.approved_by.as_deref(), Some("Quinn"));
}

async fn an_edit_that_does_not_pass_changes_nothing(world: World) {
    let id = staged(&world, "room-7").await;
    let before = world.dump().await;
    let approval = world.store.approve(world.now(), id, "Quinn", Some(WRONG)).await.unwrap();
    let Approval::Violates(verdict) = approval else { panic!("{approval:?}") };
    assert_eq!(verdict.violations[0].code, ViolationCode::AmountUnlicensed);
    assert_eq!(world.dump().await, before);
}

async fn what_cannot_be_approved_is_refused(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.read("room-7").await;
    let why = said(world.store.approve(world.now(), receipt.candidate_id, "Quinn", None).await);
    assert!(
        why.starts_with("candidate is drafting: only a candidate that is pending_review or held"),
        "{why}"
    );
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, step(CandidateEvent::Held(Hold::new(HoldReason::NoWorkflow, "none")))).await;
    let why = said(world.store.approve(world.now(), receipt.candidate_id, "Quinn", None).await);
    assert!(why.contains("no draft that passed the gate: send an edited text"), "{why}");
    // A text of one's own is the way.
    let approval =
        world.store.approve(world.now(), receipt.candidate_id, "Quinn", Some(CLEAN)).await.unwrap();
    assert!(matches!(approval, Approval::Scheduled(_)), "{approval:?}");
}

async fn a_rejected_candidate_stays_rejected(world: World) {
    let id = staged(&world, "room-7").await;
    world.store.reject(world.now(), id, "Quinn").await.unwrap();
    let candidate = world.candidate(id).await;
    assert_eq!((candidate.state, candidate.settled_at_ms), (CandidateState::Rejected, Some(world.now())));
    for result in [
        world.store.reject(world.now(), id, "Quinn").await,
        world.store.undo(world.now(), id, "Quinn").await,
        world.store.release(world.now(), id, "Quinn").await.map(|_| ()),
        world.store.approve(world.now(), id, "Quinn", Some(CLEAN)).await.map(|_| ()),
        world.store.mark_delivered(world.now(), id, "Quinn").await,
    ] {
        assert!(said(result).starts_with("candidate is rejected: "));
    }
    // The thread goes on.
    let next = world.say("room-7", "hello?").await;
    assert_eq!(world.candidate(next.candidate_id).await.burst_from_revision, 2);
}

async fn a_scheduled_message_is_called_back(world: World) {
    world.open_for_business(Mode::Go).await;
    let id = world.drafted("room-7").await.candidate_id;
    world.store.undo(world.now(), id, "Quinn").await.unwrap();
    assert_eq!(world.state(id).await, CandidateState::PendingReview);
    world.assert_intent(id, IntentState::Void).await;
    assert_eq!(world.claim(JobKind::Dispatch).await, []);
    let why = said(world.store.undo(world.now(), id, "Quinn").await);
    assert!(why.contains("only a scheduled candidate can be called back"), "{why}");
    // Approved after all, it goes out under the id it always had.
    let intent = world.intent(id).await.id;
    world.store.approve(world.now(), id, "Quinn", None).await.unwrap();
    let job = world.take(JobKind::Dispatch).await;
    assert_eq!(world.deliver(&job).await.intent_id, intent);
}

async fn a_released_candidate_is_read_anew(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, step(CandidateEvent::Held(Hold::new(HoldReason::NoWorkflow, "none")))).await;
    let hints = world.store.release(world.now(), receipt.candidate_id, "Quinn").await.unwrap();
    assert_eq!(hints[0].run_at_ms, world.now());
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!(
        (candidate.state, candidate.hold, candidate.settled_at_ms),
        (CandidateState::Classifying, None, None)
    );
    assert_eq!(world.take(JobKind::Classify).await.id, hints[0].job_id);
    let why = said(world.store.release(world.now(), receipt.candidate_id, "Quinn").await);
    assert!(why.contains("cannot take the event"), "{why}");
}

async fn a_released_candidate_that_was_approved_is_sent(world: World) {
    let id = staged(&world, "room-7").await;
    world.store.approve(world.now(), id, "Quinn", None).await.unwrap();
    let job = world.take(JobKind::Dispatch).await;
    world.set_mode(Mode::Pause).await;
    world.begin_send(&job).await;
    world.assert_held(id, HoldReason::Paused).await;
    world.set_mode(Mode::Draft).await;
    assert_eq!(world.store.release_due(world.now(), 10).await.unwrap().len(), 1);
    assert_eq!(world.state(id).await, CandidateState::Scheduled, "nobody has to approve it twice");
    let job = world.take(JobKind::Dispatch).await;
    world.deliver(&job).await;
}

/// A candidate whose delivery nobody knows about.
async fn unknown(world: &World, thread: &str) -> CandidateId {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send(thread).await;
    going(world.begin_send(&job).await);
    let hold = Hold::new(HoldReason::DispatchUnknown, "the connection broke");
    world.settle(&job, step(CandidateEvent::Held(hold))).await;
    world.assert_intent(receipt.candidate_id, IntentState::Unknown).await;
    receipt.candidate_id
}

async fn an_unknown_delivery_is_settled_by_a_human(world: World) {
    let id = unknown(&world, "room-7").await;
    let why = said(world.store.release(world.now(), id, "Quinn").await);
    assert!(why.contains("may have been delivered"), "{why}");
    let why = said(world.store.approve(world.now(), id, "Quinn", Some("Another text")).await);
    assert!(why.contains("another text may have been delivered under its id"), "{why}");
    world.store.mark_delivered(world.now(), id, "Quinn").await.unwrap();
    assert_eq!(world.state(id).await, CandidateState::Sent);
    world.assert_intent(id, IntentState::Delivered).await;
    let thread = world.candidate(id).await.thread_id;
    let newest = &world.store.thread_messages(thread, None, 1).await.unwrap()[0];
    assert_eq!((newest.direction, newest.text.as_str()), (Direction::Outbound, CLEAN));
    // Only an unknown one can be marked.
    let held = world.say("room-8", "hello").await;
    world.store.take_over(world.now(), held.thread_id, "Quinn").await.unwrap();
    let why = said(world.store.mark_delivered(world.now(), held.candidate_id, "Quinn").await);
    assert!(why.contains("only a candidate held dispatch_unknown"), "{why}");
}

async fn an_unknown_delivery_may_be_sent_again_unchanged(world: World) {
    let id = unknown(&world, "room-7").await;
    let intent = world.intent(id).await.id;
    world.store.approve(world.now(), id, "Quinn", None).await.unwrap();
    let job = world.take(JobKind::Dispatch).await;
    let order = world.deliver(&job).await;
    assert_eq!(
        (order.intent_id, order.draft.body.as_str()),
        (intent, CLEAN),
        "a receiver can tell it is the same"
    );
}

async fn a_takeover_holds_what_is_live_and_a_give_back_lets_it_go(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.store.take_over(world.now(), receipt.thread_id, "Quinn").await.unwrap();
    world.assert_held(receipt.candidate_id, HoldReason::HumanTakeover).await;
    world.pass_ms(QUIET_MS);
    assert_eq!(world.claim(JobKind::Classify).await, []);
    let thread = world.store.thread(receipt.thread_id, 1).await.unwrap().unwrap().thread;
    assert_eq!(thread.sticky_hold, Some(HoldReason::HumanTakeover));
    // Again changes nothing but the trail.
    world.store.take_over(world.now(), receipt.thread_id, "Quinn").await.unwrap();
    let hints = world.store.give_back(world.now(), receipt.thread_id, "Quinn").await.unwrap();
    assert_eq!(hints.len(), 1);
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Classifying);
    let thread = world.store.thread(receipt.thread_id, 1).await.unwrap().unwrap().thread;
    assert_eq!(thread.sticky_hold, None);
    // A thread that waits for a human because of a safety signal keeps that reason.
    let job = world.take(JobKind::Classify).await;
    let mut held = Step::event(CandidateEvent::Held(Hold::new(HoldReason::Safety, "a child may be writing")));
    held.thread.sticky_hold = Some(HoldReason::Safety);
    world.settle(&job, Outcome::Step(Box::new(held))).await;
    world.store.take_over(world.now(), receipt.thread_id, "Quinn").await.unwrap();
    let thread = world.store.thread(receipt.thread_id, 1).await.unwrap().unwrap().thread;
    assert_eq!(thread.sticky_hold, Some(HoldReason::Safety));
    world.assert_held(receipt.candidate_id, HoldReason::Safety).await;
}

async fn a_human_reply_answers_the_thread(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.drafted("room-7").await;
    let reply = world.store.note_human_reply(world.now(), receipt.thread_id, "phone-1", "We talked", "Quinn");
    reply.await.unwrap();
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Superseded);
    let view = world.store.thread(receipt.thread_id, 1).await.unwrap().unwrap();
    assert_eq!((view.thread.revision, view.thread.last_outbound_at_ms), (2, Some(world.now())));
    assert_eq!((view.messages[0].author, view.messages[0].text.as_str()), (Author::Human, "We talked"));
    let before = world.dump().await;
    let again =
        world.store.note_human_reply(world.now(), receipt.thread_id, "phone-1", "We talked", "Quinn").await;
    assert!(matches!(again, Err(StoreError::Refused(Refusal::Reused { what: "reply id", .. }))), "{again:?}");
    assert_eq!(world.dump().await, before);
    // What the human answered is not answered again.
    let next = world.say("room-7", "Thanks!").await;
    assert_eq!(world.candidate(next.candidate_id).await.burst_from_revision, 3);
}

async fn a_threads_own_mode_lets_paused_candidates_go(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.read("room-7").await;
    world.store.set_thread_mode(world.now(), receipt.thread_id, Some(Mode::Pause), "Quinn").await.unwrap();
    let job = world.take(JobKind::Draft).await;
    world.settle(&job, Outcome::Step(Box::new(world.written(CLEAN).await))).await;
    world.assert_held(receipt.candidate_id, HoldReason::Paused).await;
    world.store.set_thread_mode(world.now(), receipt.thread_id, None, "Quinn").await.unwrap();
    world.store.release_due(world.now(), 10).await.unwrap();
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, Outcome::Step(Box::new(decided()))).await;
    let job = world.take(JobKind::Draft).await;
    world.settle(&job, Outcome::Step(Box::new(world.written(CLEAN).await))).await;
    let job = world.take(JobKind::Dispatch).await;
    going(world.begin_send(&job).await);
    world.settle(&job, Outcome::Step(Box::new(delivered()))).await;
    world.pass_ms(LEASE_MS + 1);
    assert_eq!(world.store.rescue_expired(world.now(), 10).await.unwrap(), []);
}

async fn what_does_not_exist_is_said_so(world: World) {
    let (candidate, thread) = (CandidateId(uuid::Uuid::nil()), ThreadId(uuid::Uuid::nil()));
    let now = world.now();
    for result in [
        world.store.reject(now, candidate, "Quinn").await,
        world.store.approve(now, candidate, "Quinn", None).await.map(|_| ()),
        world.store.situation(candidate, now).await.map(|_| ()),
    ] {
        assert!(said(result).starts_with("no candidate with id 0000"));
    }
    for result in [
        world.store.take_over(now, thread, "Quinn").await,
        world.store.give_back(now, thread, "Quinn").await.map(|_| ()),
        world.store.set_thread_mode(now, thread, None, "Quinn").await.map(|_| ()),
        world.store.note_human_reply(now, thread, "x", "y", "Quinn").await.map(|_| ()),
    ] {
        assert!(said(result).starts_with("no thread with id 0000"));
    }
    assert!(world.store.candidate(candidate).await.unwrap().is_none());
}
