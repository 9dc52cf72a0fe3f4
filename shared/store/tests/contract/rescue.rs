//! Workers that vanish, and what is old.

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    job::{ErrorClass, JobKind, JobState},
    mode::Mode,
    record::IntentState,
    time::DAY_MS,
};
use prospector_store::{Advanced, Idempotency, Outcome, Pruned, Retention};
use serde_json::Value;

use crate::{
    contract,
    world::{LEASE_MS, MAX_ATTEMPTS, World, attempt_error, decided, going},
};

contract![
    a_lost_lease_puts_the_job_back,
    the_old_worker_cannot_write_any_more,
    a_renewed_lease_is_not_rescued,
    the_last_attempt_is_dead_and_its_candidate_held,
    a_message_that_was_going_out_is_unknown,
    a_rescue_is_bounded,
    what_is_finished_and_old_is_let_go_of,
];

async fn a_lost_lease_puts_the_job_back(world: World) {
    let id = world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.pass_ms(LEASE_MS);
    assert_eq!(world.store.rescue_expired(world.now(), 10).await.unwrap(), [], "the lease lasts to its end");
    world.pass_ms(1);
    let rescued = world.store.rescue_expired(world.now(), 10).await.unwrap();
    assert_eq!(rescued.len(), 1);
    assert_eq!((rescued[0].job_id, rescued[0].dead), (id, false));
    assert_eq!(rescued[0].hints.len(), 1);
    let back = world.store.job(id).await.unwrap().unwrap();
    assert_eq!((back.state, back.attempt, back.fence), (JobState::Queued, 1, job.fence));
    assert_eq!((back.lease_owner.clone(), back.lease_until_ms), (None, None));
    assert_eq!(back.errors.len(), 1);
    assert_eq!(back.errors[0].class, ErrorClass::LeaseLost);
    assert!(back.errors[0].chain[0].contains("worker-1"), "{:?}", back.errors[0]);
    assert_eq!(world.trail().await.last().unwrap().to_string(), "job.rescued");
    assert_eq!(world.store.rescue_expired(world.now(), 10).await.unwrap(), []);
}

async fn the_old_worker_cannot_write_any_more(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(8_000);
    let old = world.take(JobKind::Classify).await;
    world.pass_ms(LEASE_MS + 1);
    world.store.rescue_expired(world.now(), 10).await.unwrap();
    let step = || Outcome::Step(Box::new(decided()));
    assert_eq!(world.try_settle(&old, step()).await.unwrap(), Advanced::Stale, "queued again");
    let new = world.take(JobKind::Classify).await;
    assert_eq!(world.try_settle(&old, step()).await.unwrap(), Advanced::Stale, "claimed again");
    assert_eq!(world.store.hand_back(world.now(), &[old.claim()]).await.unwrap(), 0);
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Classifying);
    world.settle(&new, step()).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Drafting);
    assert_eq!(world.try_settle(&new, step()).await.unwrap(), Advanced::Stale, "finished");
}

async fn a_renewed_lease_is_not_rescued(world: World) {
    world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.pass_ms(LEASE_MS + 1);
    world.store.renew(world.now(), &[job.claim()], LEASE_MS).await.unwrap();
    assert_eq!(world.store.rescue_expired(world.now(), 10).await.unwrap(), []);
}

async fn the_last_attempt_is_dead_and_its_candidate_held(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(8_000);
    for attempt in 1..=MAX_ATTEMPTS {
        let job = world.take(JobKind::Classify).await;
        assert_eq!(job.attempt, attempt);
        world.pass_ms(LEASE_MS + 1);
        let rescued = world.store.rescue_expired(world.now(), 10).await.unwrap();
        assert_eq!(rescued[0].dead, attempt == MAX_ATTEMPTS);
    }
    world.assert_held(receipt.candidate_id, HoldReason::AttemptsExhausted).await;
    let dead = world.jobs_in(JobState::Dead).await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].errors.len(), 3);
    assert_eq!(dead[0].finished_at_ms, Some(world.now()));
    let trail: Vec<String> = world.trail().await.iter().map(ToString::to_string).collect();
    assert_eq!(trail[trail.len() - 3..], ["job.rescued", "candidate.held", "job.dead"]);
}

async fn a_message_that_was_going_out_is_unknown(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, _) = world.about_to_send("room-7").await;
    for _ in 1..MAX_ATTEMPTS {
        world.pass_ms(LEASE_MS + 1);
        world.store.rescue_expired(world.now(), 10).await.unwrap();
        world.take(JobKind::Dispatch).await;
    }
    let last = &world.jobs_in(JobState::Running).await[0];
    going(world.begin_send(last).await);
    world.pass_ms(LEASE_MS + 1);
    assert!(world.store.rescue_expired(world.now(), 10).await.unwrap()[0].dead);
    // Not `attempts_exhausted`: letting that go on would write a second answer to a message that may have gone out.
    world.assert_held(receipt.candidate_id, HoldReason::DispatchUnknown).await;
    world.assert_intent(receipt.candidate_id, IntentState::Unknown).await;
    let refused = world.store.release(world.now(), receipt.candidate_id, "Quinn").await.unwrap_err();
    assert!(refused.to_string().contains("may have been delivered"), "{refused}");
}

async fn a_rescue_is_bounded(world: World) {
    for _ in 0..5 {
        world.single(JobKind::Probe).await;
    }
    world.claim(JobKind::Probe).await;
    world.pass_ms(LEASE_MS + 1);
    for expected in [2, 2, 1, 0] {
        assert_eq!(world.store.rescue_expired(world.now(), 2).await.unwrap().len(), expected);
    }
}

async fn what_is_finished_and_old_is_let_go_of(world: World) {
    let finished = world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.settle(&job, Outcome::Done(Value::Null)).await;
    let dead = world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 1))).await;
    let queued = world.single(JobKind::Judge).await;
    let Idempotency::New(_) = world.store.begin_idempotent(world.now(), "key", "a", "hash").await.unwrap()
    else {
        panic!("the key is new")
    };
    let retention = Retention::default();
    let none = Pruned::default();
    world.pass_ms(DAY_MS);
    assert_eq!(world.store.prune(world.now(), &retention, 100).await.unwrap(), none);
    world.pass_ms(1);
    let pruned = world.store.prune(world.now(), &retention, 100).await.unwrap();
    assert_eq!(pruned, Pruned { idempotency_keys: 1, ..none });
    world.pass_ms(6 * DAY_MS);
    let pruned = world.store.prune(world.now(), &retention, 100).await.unwrap();
    assert_eq!(pruned, Pruned { finished_jobs: 1, ..none });
    assert_eq!(world.store.job(finished).await.unwrap(), None);
    assert!(world.store.job(dead).await.unwrap().is_some());
    world.store.pause_kind(world.now(), JobKind::Judge, "Quinn").await.unwrap();
    world.pass_ms(23 * DAY_MS);
    let pruned = world.store.prune(world.now(), &retention, 100).await.unwrap();
    assert_eq!(pruned, Pruned { dead_jobs: 1, events: 1, ..none }, "job.dead goes, queue.paused stays");
    assert_eq!(pruned.largest(), 1);
    assert!(world.store.job(queued).await.unwrap().is_some(), "what is not finished stays for good");
    // Numbers are not used again, so that a reader who stood at the end misses nothing.
    let last = world.store.last_event_seq().await.unwrap();
    world.pass_ms(31 * DAY_MS);
    world.store.prune(world.now(), &retention, 100).await.unwrap();
    world.store.resume_kind(world.now(), JobKind::Judge, "Quinn").await.unwrap();
    let after = world.store.events_after(last, None, 10, world.now()).await.unwrap();
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].seq, last + 1);
}
