//! Taking messages in.

use prospector_domain::{
    candidate::CandidateState,
    event::EventKind,
    job::{JobKind, JobState},
    mode::Mode,
    record::{Direction, IntentState},
};
use prospector_store::{Ingested, Refusal};

use crate::{
    contract,
    world::{QUIET_MS, World},
};

contract![
    an_accepted_message_has_a_receipt_a_candidate_and_a_job,
    the_same_message_again_changes_nothing,
    other_content_under_the_same_identity_is_a_conflict,
    an_identity_belongs_to_its_source,
    a_newer_message_supersedes_and_answers_both,
    a_burst_waits_for_its_end_but_not_for_ever,
    a_batch_keeps_its_order_and_may_repeat_itself,
    the_own_source_is_reserved,
    a_late_arrival_does_not_turn_time_back,
    an_opt_out_is_on_the_ledger_at_once,
    threads_and_messages_can_be_listed,
    a_message_that_was_superseded_while_scheduled_never_goes_out,
];

async fn an_accepted_message_has_a_receipt_a_candidate_and_a_job(world: World) {
    let message = world.message("room-7", "Do you have a room?");
    let Ingested::Accepted(receipt, hint) = world.ingest(&message).await else { panic!("not accepted") };
    assert_eq!(receipt.revision, 1);
    assert_eq!(hint.kind, JobKind::Classify);
    assert_eq!(hint.run_at_ms, world.now().plus_ms(QUIET_MS));

    let view = world.store.thread(receipt.thread_id, 10).await.unwrap().unwrap();
    assert_eq!(view.thread.external_id, "room-7");
    assert_eq!(view.thread.revision, 1);
    assert_eq!(view.live.map(|live| live.id), Some(receipt.candidate_id));
    assert_eq!(view.messages.len(), 1);
    assert_eq!(view.messages[0].text, "Do you have a room?");
    assert_eq!(view.messages[0].direction, Direction::Inbound);

    let job = world.store.job(hint.job_id).await.unwrap().unwrap();
    assert_eq!(job.state, JobState::Queued);
    assert_eq!((job.thread_id, job.candidate_id), (Some(receipt.thread_id), Some(receipt.candidate_id)));
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!((candidate.state, candidate.message_id), (CandidateState::Classifying, receipt.message_id));
    let trail = world.trail().await;
    assert_eq!(trail, [EventKind::InboundAccepted]);
}

async fn the_same_message_again_changes_nothing(world: World) {
    let message = world.message("room-7", "Do you have a room?");
    let Ingested::Accepted(first, _) = world.ingest(&message).await else { panic!("not accepted") };
    let before = world.dump().await;
    world.pass_ms(5_000);
    assert_eq!(world.ingest(&message).await, Ingested::Repeated(first.clone()));
    assert_eq!(world.dump().await, before);
    // Also when it was answered long ago: the receipt is the first one's.
    world.say("room-7", "Hello?").await;
    assert_eq!(world.ingest(&message).await, Ingested::Repeated(first));
}

async fn other_content_under_the_same_identity_is_a_conflict(world: World) {
    let message = world.message("room-7", "Do you have a room?");
    world.ingest(&message).await;
    let before = world.dump().await;
    let id = message.external_id.clone();
    for changed in ["text", "contact", "channel", "thread"] {
        let mut other = message.clone();
        match changed {
            "text" => other.text.push('!'),
            "contact" => other.contact.push('x'),
            "channel" => "web".clone_into(&mut other.channel),
            _ => other.thread.push('x'),
        }
        let refused = Refusal::Reused { what: "message id", id: id.clone() };
        assert_eq!(world.ingest(&other).await, Ingested::Conflict(refused), "{changed}");
    }
    assert_eq!(world.dump().await, before);
}

async fn an_identity_belongs_to_its_source(world: World) {
    let message = world.message("room-7", "Do you have a room?");
    let Ingested::Accepted(first, _) = world.ingest(&message).await else { panic!("not accepted") };
    let elsewhere = prospector_store::InboundMessage { source: "web-form".to_owned(), ..message };
    let Ingested::Accepted(second, _) = world.ingest(&elsewhere).await else { panic!("not accepted") };
    assert_ne!(first.thread_id, second.thread_id);
}

async fn a_newer_message_supersedes_and_answers_both(world: World) {
    let first = world.say("room-7", "Do you have a room?").await;
    world.pass_ms(2_000);
    let second = world.say("room-7", "For two, please").await;
    assert_eq!((second.revision, second.thread_id), (2, first.thread_id));
    assert_eq!(world.state(first.candidate_id).await, CandidateState::Superseded);

    let candidate = world.candidate(second.candidate_id).await;
    assert_eq!((candidate.burst_from_revision, candidate.revision), (1, 2));
    let situation = world.store.situation(second.candidate_id, world.now()).await.unwrap();
    assert_eq!(situation.burst_text(), "Do you have a room?\nFor two, please");
    // Only one job is left, so that the burst is answered once.
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    assert_eq!(job.candidate_id, Some(second.candidate_id));
    let cancelled = world.jobs_in(JobState::Cancelled).await;
    assert_eq!(cancelled.iter().map(|job| job.candidate_id).collect::<Vec<_>>(), [Some(first.candidate_id)]);
}

async fn a_burst_waits_for_its_end_but_not_for_ever(world: World) {
    let begun = world.now();
    let mut due = Vec::new();
    for _ in 0..6 {
        let message = world.message("room-7", "and another thing");
        let Ingested::Accepted(_, hint) = world.ingest(&message).await else { panic!("not accepted") };
        due.push(hint.run_at_ms.since(begun));
        world.pass_ms(6_000);
    }
    // Every 6 s a message, each good for another 8 s of waiting, until 30 s have passed since the first.
    assert_eq!(due, [8_000, 14_000, 20_000, 26_000, 30_000, 30_000]);
}

async fn a_batch_keeps_its_order_and_may_repeat_itself(world: World) {
    let b1 = world.message("room-b", "first of b");
    let a1 = world.message("room-a", "first of a");
    let b2 = world.message("room-b", "second of b");
    let batch = [b1.clone(), a1, b2, b1];
    let results = world.store.ingest(world.now(), &batch).await.unwrap();
    let [
        Ingested::Accepted(b1, _),
        Ingested::Accepted(a1, _),
        Ingested::Accepted(b2, _),
        Ingested::Repeated(again),
    ] = &results[..]
    else {
        panic!("{results:?}")
    };
    assert_eq!((b1.revision, a1.revision, b2.revision), (1, 1, 2));
    assert_eq!(b1.thread_id, b2.thread_id);
    assert_eq!(again, b1);
    assert_eq!(world.state(b1.candidate_id).await, CandidateState::Superseded);
    assert_eq!(world.state(b2.candidate_id).await, CandidateState::Classifying);
}

async fn the_own_source_is_reserved(world: World) {
    let mut message = world.message("room-7", "Do you have a room?");
    "prospector:outbound".clone_into(&mut message.source);
    let result = world.ingest(&message).await;
    assert!(
        matches!(&result, Ingested::Conflict(Refusal::Invalid { field, .. }) if field == "source"),
        "{result:?}"
    );
}

async fn a_late_arrival_does_not_turn_time_back(world: World) {
    let receipt = world.say("room-7", "hello").await;
    let newest = world.now();
    let mut late = world.message("room-7", "sent an hour ago");
    late.received_at_ms = newest.plus_ms(-3_600_000);
    world.ingest(&late).await;
    let thread = world.store.thread(receipt.thread_id, 1).await.unwrap().unwrap().thread;
    assert_eq!((thread.last_inbound_at_ms, thread.revision), (Some(newest), 2));
}

async fn an_opt_out_is_on_the_ledger_at_once(world: World) {
    assert_eq!(world.store.consent_of("room-7@example.com").await.unwrap(), None);
    let receipt = world.say("room-7", "STOP").await;
    let entry = world.store.consent_of("room-7@example.com").await.unwrap().unwrap();
    assert!(entry.opted_out);
    assert_eq!((entry.recorded_by.as_str(), entry.message_id), ("contact", Some(receipt.message_id)));
    assert_eq!(world.trail().await, [EventKind::InboundAccepted, EventKind::OptedOut]);

    world.say("room-7", "START").await;
    assert!(!world.store.consent_of("room-7@example.com").await.unwrap().unwrap().opted_out);
    assert_eq!(world.store.consent_history("room-7@example.com", 10).await.unwrap().len(), 2);
    world.say("room-8", "Is there a bus stop?").await;
    assert_eq!(world.store.consent_of("room-8@example.com").await.unwrap(), None);
}

async fn threads_and_messages_can_be_listed(world: World) {
    let mut receipts = Vec::new();
    for thread in ["a", "b", "c"] {
        receipts.push(world.say(thread, "hello").await);
        world.pass_ms(1);
    }
    let mut filter = prospector_store::ThreadFilter::default();
    let page = world.store.threads(&filter, 2).await.unwrap();
    assert_eq!(page.iter().map(|t| t.external_id.as_str()).collect::<Vec<_>>(), ["c", "b"]);
    filter.before = Some(page[1].id);
    let page = world.store.threads(&filter, 2).await.unwrap();
    assert_eq!(page.iter().map(|t| t.external_id.as_str()).collect::<Vec<_>>(), ["a"]);
    let of_b = prospector_store::ThreadFilter {
        contact: Some("b@example.com".to_owned()),
        channel: Some("sms".to_owned()),
        before: None,
    };
    assert_eq!(world.store.threads(&of_b, 10).await.unwrap().len(), 1);

    world.pass_ms(1);
    world.say("a", "anybody there?").await;
    let thread = receipts[0].thread_id;
    let newest = world.store.thread_messages(thread, None, 1).await.unwrap();
    assert_eq!(newest[0].text, "anybody there?");
    let older = world.store.thread_messages(thread, Some(newest[0].id), 10).await.unwrap();
    assert_eq!(older.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["hello"]);
    assert!(
        world.store.thread(prospector_domain::id::ThreadId(uuid::Uuid::nil()), 1).await.unwrap().is_none()
    );
}

async fn a_message_that_was_superseded_while_scheduled_never_goes_out(world: World) {
    world.open_for_business(Mode::Go).await;
    let first = world.drafted("room-7").await;
    assert_eq!(world.state(first.candidate_id).await, CandidateState::Scheduled);
    let second = world.say("room-7", "Sorry, next week instead").await;
    assert_eq!(world.state(first.candidate_id).await, CandidateState::Superseded);
    world.assert_intent(first.candidate_id, IntentState::Void).await;
    assert_eq!(world.claim(JobKind::Dispatch).await, []);
    // What was never answered is answered by the newer one.
    assert_eq!(world.candidate(second.candidate_id).await.burst_from_revision, 1);
}
