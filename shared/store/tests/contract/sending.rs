//! The last check before a message goes out, with everything that may stop it.

use std::collections::BTreeMap;

use prospector_domain::{
    admission::{AdmissionRules, FrequencyCap},
    candidate::{CandidateEvent, CandidateState},
    hold::HoldReason,
    id::ThreadId,
    job::{JobKind, JobState},
    mode::Mode,
    quiet_hours::QuietHours,
    record::IntentState,
    time::{DAY_MS, HOUR_MS},
};
use prospector_store::{Advanced, Outcome, SendRules, SendTurn, SettingChange};

use crate::{
    contract,
    world::{LEASE_MS, World, delivered, going, rules, step},
};

contract![
    a_mark_comes_before_the_webhook,
    a_lost_claim_sends_nothing,
    a_newer_message_stops_it,
    a_takeover_stops_it,
    an_opt_out_stops_it_on_any_thread_of_the_contact,
    an_operators_opt_out_stops_it,
    a_mode_of_draft_stages_it_unless_a_human_approved,
    a_pause_holds_it_globally_by_channel_and_by_thread,
    facts_that_changed_stop_what_contradicts_them,
    facts_that_changed_let_the_rest_go,
    a_disabled_sink_holds_it,
    the_frequency_cap_holds_it_until_there_is_room,
    the_same_text_again_is_a_duplicate,
    a_stale_inbound_holds_it,
    a_closed_channel_holds_it,
    the_night_holds_it_until_the_morning,
    a_second_worker_never_sends_blindly,
    a_deduplicating_sink_gets_it_again_under_the_same_id,
    a_human_reply_stops_it,
    a_newer_message_after_the_mark_does_not_undo_it,
];

/// What stopped the candidate, its job finished and nothing left open.
async fn assert_stopped(world: &World, job: &prospector_domain::job::Job, turn: SendTurn) {
    assert!(matches!(turn, SendTurn::Stopped(_)), "{turn:?}");
    assert_eq!(world.store.job(job.id).await.unwrap().unwrap().state, JobState::Succeeded);
    let candidate = job.candidate_id.unwrap();
    let intent = world.intent(candidate).await;
    assert_eq!((intent.state, intent.attempts), (IntentState::Void, 0), "it did not go out");
    assert_eq!(world.try_settle(job, Outcome::Step(Box::new(delivered()))).await.unwrap(), Advanced::Stale);
}

async fn a_mark_comes_before_the_webhook(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    let order = going(world.begin_send(&job).await);
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sending);
    let intent = world.intent(receipt.candidate_id).await;
    assert_eq!((intent.id, intent.state, intent.attempts), (order.intent_id, IntentState::Sending, 1));
    assert_eq!(order.candidate_id, receipt.candidate_id);
}

async fn a_lost_claim_sends_nothing(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    world.pass_ms(LEASE_MS + 1);
    world.store.rescue_expired(world.now(), 10).await.unwrap();
    assert!(matches!(world.begin_send(&job).await, SendTurn::Stale));
    let again = world.take(JobKind::Dispatch).await;
    assert!(matches!(world.begin_send(&job).await, SendTurn::Stale));
    assert_eq!(world.intent(receipt.candidate_id).await.attempts, 0);
    world.deliver(&again).await;
    assert!(matches!(world.begin_send(&again).await, SendTurn::Stale));
}

async fn a_newer_message_stops_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    world.say("room-7", "One moment, another question").await;
    assert!(matches!(world.begin_send(&job).await, SendTurn::Stale), "its job was called off with it");
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Superseded);
    world.assert_intent(receipt.candidate_id, IntentState::Void).await;
}

async fn a_takeover_stops_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    world.store.take_over(world.now(), receipt.thread_id, "Quinn").await.unwrap();
    assert!(matches!(world.begin_send(&job).await, SendTurn::Stale));
    world.assert_held(receipt.candidate_id, HoldReason::HumanTakeover).await;
    world.assert_intent(receipt.candidate_id, IntentState::Void).await;
}

async fn an_opt_out_stops_it_on_any_thread_of_the_contact(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    let mut elsewhere = world.message("another-thread", "STOP");
    "room-7@example.com".clone_into(&mut elsewhere.contact);
    world.ingest(&elsewhere).await;
    let turn = world.begin_send(&job).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::OptedOut).await;
}

async fn an_operators_opt_out_stops_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    world.store.record_consent(world.now(), "room-7@example.com", "phone", true, "Quinn").await.unwrap();
    let turn = world.begin_send(&job).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::OptedOut).await;
}

async fn a_mode_of_draft_stages_it_unless_a_human_approved(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    world.set_mode(Mode::Draft).await;
    let turn = world.begin_send(&job).await;
    assert_stopped(&world, &job, turn).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::PendingReview);
    world.store.approve(world.now(), receipt.candidate_id, "Quinn", None).await.unwrap();
    let job = world.take(JobKind::Dispatch).await;
    world.deliver(&job).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sent);
}

async fn a_pause_holds_it_globally_by_channel_and_by_thread(world: World) {
    world.open_for_business(Mode::Go).await;
    for way in ["global", "channel", "thread"] {
        let (receipt, job) = world.about_to_send(way).await;
        let sms = |mode| [SettingChange::ChannelMode("sms".to_owned(), mode)];
        match way {
            "global" => world.set_mode(Mode::Pause).await,
            "channel" => drop(
                world.store.change_settings(world.now(), "Quinn", &sms(Some(Mode::Pause))).await.unwrap(),
            ),
            _ => pause_thread(&world, receipt.thread_id, Some(Mode::Pause)).await,
        }
        let turn = world.begin_send(&job).await;
        assert_stopped(&world, &job, turn).await;
        world.assert_held(receipt.candidate_id, HoldReason::Paused).await;
        match way {
            "global" => world.set_mode(Mode::Go).await,
            "channel" => drop(world.store.change_settings(world.now(), "Quinn", &sms(None)).await.unwrap()),
            _ => pause_thread(&world, receipt.thread_id, None).await,
        }
        assert_eq!(world.store.release_due(world.now(), 10).await.unwrap().len(), 1, "{way}");
        world.store.take_over(world.now(), receipt.thread_id, "Quinn").await.unwrap();
    }
}

async fn pause_thread(world: &World, id: ThreadId, mode: Option<Mode>) {
    let thread = world.store.set_thread_mode(world.now(), id, mode, "Quinn").await.unwrap();
    assert_eq!(thread.mode, mode);
}

async fn facts_that_changed_stop_what_contradicts_them(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    let written = world.written("A double room is €90 per night.").await;
    assert!(written.drafts[0].verdict.ok);
    world.settle(&job, Outcome::Step(Box::new(written))).await;
    let job = world.take(JobKind::Dispatch).await;
    let dearer = prospector_domain::example::FACTS_TOML.replace("amount = 90", "amount = 95");
    assert_eq!(world.store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap(), 2);
    let turn = world.begin_send(&job).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::SpecConflict).await;
    let detail = world.candidate(receipt.candidate_id).await.hold.unwrap().detail;
    assert!(detail.contains("version 2") && detail.contains("€95"), "{detail}");
}

async fn facts_that_changed_let_the_rest_go(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    let dearer = prospector_domain::example::FACTS_TOML.replace("amount = 90", "amount = 95");
    world.store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap();
    world.deliver(&job).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sent);
}

async fn a_disabled_sink_holds_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    world.store.disable_sink(world.now(), "main", "410 Gone").await.unwrap();
    let turn = world.begin_send(&job).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::DispatchRejected).await;
    assert!(world.candidate(receipt.candidate_id).await.hold.unwrap().detail.contains("410 Gone"));
    let (_, job) = world.about_to_send("room-8").await;
    let other = SendRules { sink: "spare".to_owned(), ..rules() };
    going(world.begin_send_under(&job, &other).await);
}

async fn the_frequency_cap_holds_it_until_there_is_room(world: World) {
    world.open_for_business(Mode::Go).await;
    let capped = SendRules {
        admission: AdmissionRules {
            frequency_cap: Some(FrequencyCap { max: 1, window_ms: DAY_MS }),
            duplicate_window_ms: 0,
            ..AdmissionRules::default()
        },
        ..rules()
    };
    world.sent("room-7").await;
    let first_at = world.now();
    world.pass_ms(HOUR_MS);
    let (receipt, job) = world.about_to_send("room-7").await;
    let turn = world.begin_send_under(&job, &capped).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::FrequencyCap).await;
    let hold = world.candidate(receipt.candidate_id).await.hold.unwrap();
    assert_eq!(hold.release_at_ms, Some(first_at.plus_ms(DAY_MS)));
    // Another contact has room.
    let (_, job) = world.about_to_send("room-8").await;
    going(world.begin_send_under(&job, &capped).await);
}

async fn the_same_text_again_is_a_duplicate(world: World) {
    world.open_for_business(Mode::Go).await;
    world.sent("room-7").await;
    world.pass_ms(60_000);
    let (receipt, job) = world.about_to_send("room-7").await;
    let turn = world.begin_send(&job).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::Duplicate).await;
}

async fn a_stale_inbound_holds_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.drafted("room-7").await;
    world.pass_ms(DAY_MS + 1);
    let job = world.take(JobKind::Dispatch).await;
    let turn = world.begin_send(&job).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::StaleInbound).await;
}

async fn a_closed_channel_holds_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let receipt = world.drafted("room-7").await;
    world.pass_ms(HOUR_MS);
    let job = world.take(JobKind::Dispatch).await;
    let short = SendRules {
        admission: AdmissionRules {
            channel_window_ms: BTreeMap::from([("sms".to_owned(), HOUR_MS)]),
            ..AdmissionRules::default()
        },
        ..rules()
    };
    let turn = world.begin_send_under(&job, &short).await;
    assert_stopped(&world, &job, turn).await;
    world.assert_held(receipt.candidate_id, HoldReason::WindowClosed).await;
}

async fn the_night_holds_it_until_the_morning(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    // The clock of every world stands at noon, UTC.
    let at_night = SendRules {
        admission: AdmissionRules {
            quiet_hours: Some(QuietHours::new("11:00".parse().unwrap(), "14:00".parse().unwrap()).unwrap()),
            ..AdmissionRules::default()
        },
        ..rules()
    };
    let turn = world.begin_send_under(&job, &at_night).await;
    assert_stopped(&world, &job, turn).await;
    let hold = world.candidate(receipt.candidate_id).await.hold.unwrap();
    assert_eq!(hold.reason, HoldReason::QuietHours);
    assert_eq!(hold.release_at_ms.unwrap().to_string(), "2026-03-01T14:00:00Z");
}

async fn a_second_worker_never_sends_blindly(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    going(world.begin_send(&job).await);
    world.pass_ms(LEASE_MS + 1);
    world.store.rescue_expired(world.now(), 10).await.unwrap();
    let again = world.take(JobKind::Dispatch).await;
    assert!(matches!(world.begin_send(&again).await, SendTurn::Stopped(_)));
    world.assert_held(receipt.candidate_id, HoldReason::DispatchUnknown).await;
    world.assert_intent(receipt.candidate_id, IntentState::Unknown).await;
    // The first worker comes back and knows better, but it has lost its claim.
    let late = world.try_settle(&job, Outcome::Step(Box::new(delivered()))).await.unwrap();
    assert_eq!(late, Advanced::Stale);
}

async fn a_deduplicating_sink_gets_it_again_under_the_same_id(world: World) {
    world.open_for_business(Mode::Go).await;
    let safe = SendRules { deduplicates: true, ..rules() };
    let (receipt, job) = world.about_to_send("room-7").await;
    let first = going(world.begin_send_under(&job, &safe).await);
    world.pass_ms(LEASE_MS + 1);
    world.store.rescue_expired(world.now(), 10).await.unwrap();
    let again = world.take(JobKind::Dispatch).await;
    let second = going(world.begin_send_under(&again, &safe).await);
    assert_eq!(second.intent_id, first.intent_id);
    assert_eq!(second.draft.body, first.draft.body);
    assert_eq!(world.intent(receipt.candidate_id).await.attempts, 2);
    world.settle(&again, Outcome::Step(Box::new(delivered()))).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sent);
}

async fn a_human_reply_stops_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    world
        .store
        .note_human_reply(world.now(), receipt.thread_id, "phone-1", "We talked", "Quinn")
        .await
        .unwrap();
    assert!(matches!(world.begin_send(&job).await, SendTurn::Stale));
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Superseded);
}

async fn a_newer_message_after_the_mark_does_not_undo_it(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    going(world.begin_send(&job).await);
    let newer = world.say("room-7", "And breakfast?").await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sending);
    // The newer message answers only itself, and waits for the delivery before it is read.
    assert_eq!(world.candidate(newer.candidate_id).await.burst_from_revision, 2);
    world.pass_ms(8_000);
    assert_eq!(world.claim(JobKind::Classify).await, []);
    world.settle(&job, Outcome::Step(Box::new(delivered()))).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sent);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, step(CandidateEvent::Decided)).await;
    assert_eq!(world.state(newer.candidate_id).await, CandidateState::Drafting);
}
