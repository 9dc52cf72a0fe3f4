//! From a message to where it comes to rest, step by step.

use prospector_domain::{
    candidate::{CandidateEvent, CandidateState, Hold},
    event::EventKind,
    hold::HoldReason,
    job::{JobKind, JobState},
    mode::Mode,
    record::{Author, Direction, IntentState},
    template::TemplateKey,
};
use prospector_store::{CandidateFilter, Motion, NewDraft, Outcome, OutcomeCount, Step, ThreadChange};

use crate::{
    contract,
    world::{CLEAN, QUIET_MS, WRONG, World, decided, step},
};

contract![
    to_sent,
    to_pending_review_and_on_by_approval,
    to_held_by_a_pause_and_on_by_its_end,
    a_pause_that_ended_meanwhile_holds_nothing_for_ever,
    to_held_with_the_draft_as_evidence,
    to_held_when_what_was_written_must_not_go_out,
    to_held_until_a_time_and_on_by_itself,
    superseded_at_every_stage,
    what_a_step_says_about_the_thread_stays_with_it,
    outcomes_are_counted_and_listed,
    an_undo_window_keeps_a_message_back,
];

async fn to_sent(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.say("room-7", "Do you have a room?").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, Outcome::Step(Box::new(decided()))).await;
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!((candidate.state, candidate.settled_at_ms), (CandidateState::Drafting, None));

    let job = world.take(JobKind::Draft).await;
    world.settle(&job, Outcome::Step(Box::new(world.written(CLEAN).await))).await;
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!(candidate.state, CandidateState::Scheduled);
    world.assert_intent(receipt.candidate_id, IntentState::Pending).await;

    world.pass_ms(3);
    let job = world.take(JobKind::Dispatch).await;
    let order = world.deliver(&job).await;
    assert_eq!(order.draft.body, CLEAN);
    assert_eq!(order.in_reply_to, "message-0");
    assert_eq!(order.thread.contact, "room-7@example.com");
    assert_eq!(order.earlier_attempts, 0);

    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!((candidate.state, candidate.settled_at_ms), (CandidateState::Sent, Some(world.now())));
    let intent = world.intent(receipt.candidate_id).await;
    assert_eq!((intent.id, intent.state, intent.attempts), (order.intent_id, IntentState::Delivered, 1));
    assert_eq!((intent.delivered_at_ms, intent.sink.as_deref()), (Some(world.now()), Some("main")));
    let thread = world.store.thread(receipt.thread_id, 10).await.unwrap().unwrap();
    assert_eq!(thread.thread.last_outbound_at_ms, Some(world.now()));
    assert!(thread.live.is_none());
    let answer = &thread.messages[0];
    assert_eq!((answer.direction, answer.author), (Direction::Outbound, Author::Engine));
    assert_eq!((answer.text.as_str(), &answer.external_id), (CLEAN, &order.intent_id.to_string()));
    assert_eq!(world.jobs_in(JobState::Succeeded).await.len(), 3);
    assert_eq!(world.jobs_in(JobState::Queued).await, []);
    use EventKind as E;
    let expected = [
        E::FactsPublished,
        E::SettingChanged,
        E::InboundAccepted,
        E::Classified,
        E::Drafted,
        E::Scheduled,
        E::Sending,
        E::Sent,
    ];
    assert_eq!(world.trail().await, expected);
}

async fn to_pending_review_and_on_by_approval(world: World) {
    world.open_for_business(Mode::Draft).await;
    let receipt = world.drafted("room-7").await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::PendingReview);
    assert_eq!(world.jobs_in(JobState::Queued).await, []);
    assert!(world.store.candidate(receipt.candidate_id).await.unwrap().unwrap().intent.is_none());
    world.store.approve(world.now(), receipt.candidate_id, "Quinn", None).await.unwrap();
    let job = world.take(JobKind::Dispatch).await;
    world.deliver(&job).await;
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!((candidate.state, candidate.approved_by.as_deref()), (CandidateState::Sent, Some("Quinn")));
}

async fn to_held_by_a_pause_and_on_by_its_end(world: World) {
    world.open_for_business(Mode::Pause).await;
    let receipt = world.drafted("room-7").await;
    world.assert_held(receipt.candidate_id, HoldReason::Paused).await;
    assert_eq!(world.store.release_due(world.now(), 10).await.unwrap(), []);
    world.pass_ms(60_000);
    world.set_mode(Mode::Go).await;
    let hints = world.store.release_due(world.now(), 10).await.unwrap();
    assert_eq!(hints.iter().map(|hint| hint.kind).collect::<Vec<_>>(), [JobKind::Classify]);
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!(
        (candidate.state, candidate.hold, candidate.draft_id),
        (CandidateState::Classifying, None, None)
    );
    assert_eq!(world.store.release_due(world.now(), 10).await.unwrap(), []);
}

async fn a_pause_that_ended_meanwhile_holds_nothing_for_ever(world: World) {
    world.open_for_business(Mode::Pause).await;
    let receipt = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    // The handler saw the pause; before its result is saved, the pause ends.
    world.set_mode(Mode::Go).await;
    world.settle(&job, step(CandidateEvent::Held(Hold::new(HoldReason::Paused, "the mode is PAUSE")))).await;
    world.assert_held(receipt.candidate_id, HoldReason::Paused).await;
    assert_eq!(world.store.release_due(world.now(), 10).await.unwrap().len(), 1);
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Classifying);
}

async fn to_held_with_the_draft_as_evidence(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.read("room-7").await;
    let draft = world.new_draft(WRONG).await;
    assert!(!draft.verdict.ok);
    let hold = draft.verdict.hold().unwrap();
    let job = world.take(JobKind::Draft).await;
    let outcome = Step { drafts: vec![draft.clone()], ..Step::event(CandidateEvent::Held(hold)) };
    world.settle(&job, Outcome::Step(Box::new(outcome))).await;
    world.assert_held(receipt.candidate_id, HoldReason::SpecConflict).await;
    let view = world.store.candidate(receipt.candidate_id).await.unwrap().unwrap();
    assert_eq!(view.drafts.len(), 1);
    assert_eq!(view.drafts[0].verdict, draft.verdict);
    // It cannot be sent as it is.
    let refused = world.store.approve(world.now(), receipt.candidate_id, "Quinn", None).await.unwrap_err();
    assert!(refused.to_string().contains("no draft that passed the gate"), "{refused}");
}

async fn to_held_when_what_was_written_must_not_go_out(world: World) {
    world.open_for_business(Mode::Go).await;
    let wrong = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    let written = world.written(WRONG).await;
    world.settle(&job, Outcome::Step(Box::new(written))).await;
    world.assert_held(wrong.candidate_id, HoldReason::SpecConflict).await;
    let nothing = world.read("room-8").await;
    let job = world.take(JobKind::Draft).await;
    let written = Step { drafts: Vec::new(), ..world.written(CLEAN).await };
    world.settle(&job, Outcome::Step(Box::new(written))).await;
    world.assert_held(nothing.candidate_id, HoldReason::NoBody).await;
}

async fn to_held_until_a_time_and_on_by_itself(world: World) {
    let mut receipts = Vec::new();
    for thread in ["a", "b", "c"] {
        receipts.push(world.say(thread, "hello").await);
    }
    world.pass_ms(QUIET_MS);
    for (job, wait_ms) in world.claim(JobKind::Classify).await.iter().zip([10, 20, 30]) {
        let mut hold = Hold::new(HoldReason::QuietHours, "it is night");
        hold.release_at_ms = Some(world.now().plus_ms(wait_ms));
        world.settle(job, step(CandidateEvent::Held(hold))).await;
    }
    assert_eq!(world.store.release_due(world.now().plus_ms(9), 10).await.unwrap(), []);
    world.pass_ms(20);
    assert_eq!(world.store.release_due(world.now(), 1).await.unwrap().len(), 1, "bounded");
    assert_eq!(world.store.release_due(world.now(), 10).await.unwrap().len(), 1, "the third has time");
    let mut held = 0;
    for receipt in &receipts {
        held += u32::from(world.state(receipt.candidate_id).await == CandidateState::Held);
    }
    assert_eq!(held, 1);
}

async fn superseded_at_every_stage(world: World) {
    world.open_for_business(Mode::Go).await;
    let thread = "room-7";
    let mut overtaken = Vec::new();
    overtaken.push(world.say(thread, "one").await);
    overtaken.push(world.read(thread).await);
    let held = world.say(thread, "three").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, step(CandidateEvent::Held(Hold::new(HoldReason::NoWorkflow, "none")))).await;
    overtaken.push(held);
    overtaken.push(world.drafted(thread).await);
    world.set_mode(Mode::Draft).await;
    overtaken.push(world.drafted(thread).await);
    let last = world.say(thread, "the last").await;
    for receipt in &overtaken {
        assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Superseded);
    }
    assert_eq!(world.candidate(last.candidate_id).await.burst_from_revision, 1);
    assert_eq!(world.jobs_in(JobState::Queued).await.len(), 1);
    let of_thread = CandidateFilter { thread_id: Some(last.thread_id), ..CandidateFilter::default() };
    assert_eq!(world.store.candidates(&of_thread, 10).await.unwrap().len(), 6);
}

async fn what_a_step_says_about_the_thread_stays_with_it(world: World) {
    use prospector_domain::situation::{Archetype, ThreadState};
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    let mut held = Step::event(CandidateEvent::Held(Hold::new(HoldReason::Safety, "a child may be writing")));
    held.thread = ThreadChange {
        archetype: Some(Archetype::Bargainer),
        state: Some(ThreadState::Quoted),
        sticky_hold: Some(HoldReason::Safety),
    };
    world.settle(&job, Outcome::Step(Box::new(held))).await;
    let thread = world.store.thread(receipt.thread_id, 1).await.unwrap().unwrap().thread;
    assert_eq!((thread.archetype, thread.state), (Archetype::Bargainer, ThreadState::Quoted));
    assert_eq!(thread.sticky_hold, Some(HoldReason::Safety));
    let next = world.say("room-7", "hello?").await;
    let situation = world.store.situation(next.candidate_id, world.now()).await.unwrap();
    assert_eq!(situation.thread.sticky_hold, Some(HoldReason::Safety));
}

async fn outcomes_are_counted_and_listed(world: World) {
    world.open_for_business(Mode::Go).await;
    world.sent("a").await;
    world.say("b", "one").await;
    let held = world.say("b", "two").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, step(CandidateEvent::Held(Hold::new(HoldReason::NoWorkflow, "none")))).await;
    let count = |state, hold_reason| OutcomeCount { state, hold_reason, candidates: 1 };
    let expected = [
        count(CandidateState::Held, Some(HoldReason::NoWorkflow)),
        count(CandidateState::Sent, None),
        count(CandidateState::Superseded, None),
    ];
    assert_eq!(world.store.count_outcomes().await.unwrap(), expected);
    let mut filter = CandidateFilter { state: Some(CandidateState::Held), ..CandidateFilter::default() };
    let listed = world.store.candidates(&filter, 10).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [held.candidate_id]);
    filter.hold_reason = Some(HoldReason::Paused);
    assert_eq!(world.store.candidates(&filter, 10).await.unwrap(), []);
    let all = world.store.candidates(&CandidateFilter::default(), 10).await.unwrap();
    let before = CandidateFilter { before: Some(all[0].id), ..CandidateFilter::default() };
    assert_eq!(world.store.candidates(&before, 10).await.unwrap(), all[1..]);
}

async fn an_undo_window_keeps_a_message_back(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    let draft: NewDraft = world.new_draft(CLEAN).await;
    let outcome = Step {
        drafts: vec![draft],
        template_key: Some(TemplateKey::AVAILABILITY),
        motion: Motion::ByMode { undo_window_ms: 10_000 },
        ..Step::event(CandidateEvent::Decided)
    };
    world.settle(&job, Outcome::Step(Box::new(outcome))).await;
    assert_eq!(world.intent(receipt.candidate_id).await.not_before_ms, world.now().plus_ms(10_000));
    world.pass_ms(9_999);
    assert_eq!(world.claim(JobKind::Dispatch).await, []);
    world.store.undo(world.now(), receipt.candidate_id, "Quinn").await.unwrap();
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::PendingReview);
    world.assert_intent(receipt.candidate_id, IntentState::Void).await;
    world.pass_ms(1);
    assert_eq!(world.claim(JobKind::Dispatch).await, []);
}
