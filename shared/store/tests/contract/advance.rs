//! Saving what became of claimed jobs.

use prospector_domain::{
    candidate::{CandidateEvent, CandidateState, Hold},
    hold::HoldReason,
    job::{ErrorClass, JobKind, JobState},
    mode::Mode,
    record::IntentState,
};
use prospector_store::{Advance, Advanced, Failure, NewJob, Outcome, Refusal, Step, StoreError};
use serde_json::json;

use crate::{
    contract,
    world::{QUIET_MS, World, attempt_error, decided, delivered, failure, going, step},
};

contract![
    a_batch_saves_every_kind_of_result,
    a_stale_result_is_discarded_and_harms_no_other,
    one_bad_result_harms_no_other,
    a_result_is_saved_once,
    a_failed_attempt_waits_and_keeps_its_error,
    a_failure_that_costs_nothing_gives_the_attempt_back,
    only_so_many_errors_are_kept,
    a_finished_single_job_tells_its_sink,
    a_dead_job_holds_its_candidate,
    a_dead_job_of_a_candidate_that_moved_on_is_just_dead,
    a_deferred_delivery_runs_the_same_job_again,
    the_next_job_of_a_thread_is_hinted,
];

async fn a_batch_saves_every_kind_of_result(world: World) {
    for _ in 0..4 {
        world.single(JobKind::Probe).await;
    }
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let probes = world.claim(JobKind::Probe).await;
    let classify = world.take(JobKind::Classify).await;
    let batch = [
        Advance::of(&probes[0], Outcome::Done(json!({ "n": 0 }))),
        Advance::of(&classify, Outcome::Step(Box::new(decided()))),
        Advance::of(&probes[1], Outcome::Retry(failure(world.now(), 1, 500))),
        Advance::of(&probes[2], Outcome::Dead(attempt_error(world.now(), 1))),
        Advance::of(&probes[3], Outcome::Done(json!("done"))),
    ];
    let results = world.store.advance(world.now(), &batch).await;
    assert!(results.iter().all(|result| matches!(result, Ok(Advanced::Applied(_)))), "{results:?}");
    let mut states = Vec::new();
    for probe in &probes {
        states.push(world.store.job(probe.id).await.unwrap().unwrap().state);
    }
    assert_eq!(states, [JobState::Succeeded, JobState::Queued, JobState::Dead, JobState::Succeeded]);
    assert_eq!(world.store.job(probes[0].id).await.unwrap().unwrap().result, Some(json!({ "n": 0 })));
    let candidate = world.candidate(receipt.candidate_id).await;
    assert_eq!(candidate.state, CandidateState::Drafting);
    assert_eq!(candidate.template_key, decided().template_key);
    let view = world.store.candidate(receipt.candidate_id).await.unwrap().unwrap();
    assert_eq!(view.decisions.len(), 1);
    assert_eq!(view.decisions[0].rule, "asks for a room");
}

async fn a_stale_result_is_discarded_and_harms_no_other(world: World) {
    world.single(JobKind::Probe).await;
    world.single(JobKind::Probe).await;
    let overtaken = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let probes = world.claim(JobKind::Probe).await;
    let classify = world.take(JobKind::Classify).await;
    world.say("room-7", "for two").await;
    world.store.cancel_job(world.now(), probes[0].id, "Quinn").await.unwrap();
    let batch = [
        Advance::of(&probes[0], Outcome::Done(json!(0))),
        Advance::of(&classify, Outcome::Step(Box::new(decided()))),
        Advance::of(&probes[1], Outcome::Done(json!(1))),
    ];
    let results: Vec<Advanced> =
        world.store.advance(world.now(), &batch).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(results, [Advanced::Stale, Advanced::Stale, Advanced::Applied(Vec::new())]);
    assert_eq!(world.state(overtaken.candidate_id).await, CandidateState::Superseded);
    assert!(world.store.candidate(overtaken.candidate_id).await.unwrap().unwrap().decisions.is_empty());
}

async fn one_bad_result_harms_no_other(world: World) {
    world.single(JobKind::Probe).await;
    let (good, bad) = (world.say("room-7", "hello").await, world.say("room-8", "hello").await);
    world.pass_ms(QUIET_MS);
    let probe = world.take(JobKind::Probe).await;
    let jobs = world.claim(JobKind::Classify).await;
    assert_eq!(jobs.len(), 2);
    let batch: Vec<Advance> = jobs
        .iter()
        .map(|job| {
            // Nothing was drafted yet, so that nothing can have been delivered.
            let is_bad = job.candidate_id == Some(bad.candidate_id);
            Advance::of(
                job,
                if is_bad { step(CandidateEvent::Delivered) } else { Outcome::Step(Box::new(decided())) },
            )
        })
        .chain([Advance::of(&probe, Outcome::Done(json!(null)))])
        .collect();
    let results = world.store.advance(world.now(), &batch).await;
    for (advance, result) in batch.iter().zip(&results) {
        if advance.thread_id == Some(bad.thread_id) {
            assert!(
                matches!(result, Err(StoreError::Refused(Refusal::WrongState { what: "candidate", .. }))),
                "{result:?}"
            );
        } else {
            assert!(matches!(result, Ok(Advanced::Applied(_))), "{result:?}");
        }
    }
    assert_eq!(world.state(good.candidate_id).await, CandidateState::Drafting);
    assert_eq!(world.state(bad.candidate_id).await, CandidateState::Classifying);
}

async fn a_result_is_saved_once(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    let twice = [
        Advance::of(&job, Outcome::Step(Box::new(decided()))),
        Advance::of(&job, Outcome::Step(Box::new(decided()))),
    ];
    let results = world.store.advance(world.now(), &twice).await;
    assert!(matches!(&results[0], Ok(Advanced::Applied(_))), "{results:?}");
    assert!(matches!(&results[1], Ok(Advanced::Stale)), "{results:?}");
    assert_eq!(world.store.candidate(receipt.candidate_id).await.unwrap().unwrap().decisions.len(), 1);
    assert_eq!(world.claim(JobKind::Draft).await.len(), 1);
}

async fn a_failed_attempt_waits_and_keeps_its_error(world: World) {
    world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.settle(&job, Outcome::Retry(failure(world.now(), 1, 2_000))).await;
    world.pass_ms(1_999);
    assert_eq!(world.claim(JobKind::Probe).await, []);
    world.pass_ms(1);
    let again = world.take(JobKind::Probe).await;
    assert_eq!((again.attempt, again.fence), (2, 2));
    assert_eq!(again.errors.len(), 1);
    assert_eq!(again.errors[0].chain, ["bridge is away"]);
}

async fn a_failure_that_costs_nothing_gives_the_attempt_back(world: World) {
    world.single(JobKind::Probe).await;
    for _ in 0..10 {
        let job = world.take(JobKind::Probe).await;
        assert_eq!(job.attempt, 1);
        let mut failed = Failure { costs_attempt: false, ..failure(world.now(), 1, 10) };
        failed.error.class = ErrorClass::Unavailable;
        world.settle(&job, Outcome::Retry(failed)).await;
        world.pass_ms(10);
    }
}

async fn only_so_many_errors_are_kept(world: World) {
    let job = NewJob { max_attempts: 100, ..world.new_job(JobKind::Probe) };
    world.store.insert_jobs(&[job]).await.unwrap();
    for attempt in 1..=40 {
        let job = world.take(JobKind::Probe).await;
        world.settle(&job, Outcome::Retry(failure(world.now(), attempt, 0))).await;
    }
    let job = world.take(JobKind::Probe).await;
    let attempts: Vec<i64> = job.errors.iter().map(|error| error.attempt).collect();
    assert_eq!(attempts.len(), 25);
    assert_eq!((attempts[0], attempts[24]), (1, 40), "the first and the last ones");
}

async fn a_finished_single_job_tells_its_sink(world: World) {
    let job = NewJob {
        callback: Some("main".to_owned()),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        ..world.new_job(JobKind::Probe)
    };
    world.store.insert_jobs(std::slice::from_ref(&job)).await.unwrap();
    let claimed = world.take(JobKind::Probe).await;
    world.settle(&claimed, Outcome::Retry(failure(world.now(), 1, 0))).await;
    assert_eq!(world.claim(JobKind::Dispatch).await, [], "it has not finished");
    let claimed = world.take(JobKind::Probe).await;
    let advanced = world.try_settle(&claimed, Outcome::Done(json!(42))).await.unwrap();
    let callback = world.take(JobKind::Dispatch).await;
    let Advanced::Applied(hints) = advanced else { panic!("discarded") };
    assert_eq!(hints.iter().map(|hint| hint.job_id).collect::<Vec<_>>(), [callback.id]);
    assert_eq!(callback.payload, json!({ "callback": { "job_id": job.id, "sink": "main" } }));
    assert_eq!(callback.traceparent, job.traceparent);
    assert_eq!((callback.thread_id, callback.candidate_id), (None, None));
}

async fn a_dead_job_holds_its_candidate(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 3))).await;
    let candidate = world.candidate(receipt.candidate_id).await;
    let hold = candidate.hold.unwrap();
    assert_eq!(hold.reason, HoldReason::AttemptsExhausted);
    assert_eq!(hold.detail, "the classify job failed 3 times, last: bridge is away");
    assert_eq!(hold.release_at_ms, None);
    assert_eq!(candidate.settled_at_ms, Some(world.now()));
    let depths = world.store.queue_depths().await.unwrap();
    assert_eq!(depths.len(), 1, "{depths:?}");
    assert_eq!((depths[0].state, depths[0].jobs), (JobState::Dead, 1));
}

async fn a_dead_job_of_a_candidate_that_moved_on_is_just_dead(world: World) {
    let receipt = world.say("room-7", "hello").await;
    let stray = NewJob {
        thread_id: Some(receipt.thread_id),
        candidate_id: Some(receipt.candidate_id),
        ..world.new_job(JobKind::Judge)
    };
    world.store.reject(world.now(), receipt.candidate_id, "Quinn").await.unwrap_err();
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, step(CandidateEvent::Held(Hold::new(HoldReason::NoWorkflow, "none")))).await;
    world.store.reject(world.now(), receipt.candidate_id, "Quinn").await.unwrap();
    world.store.insert_jobs(std::slice::from_ref(&stray)).await.unwrap();
    let job = world.take(JobKind::Judge).await;
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 1))).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Rejected);
    assert_eq!(world.store.job(stray.id).await.unwrap().unwrap().state, JobState::Dead);
}

async fn a_deferred_delivery_runs_the_same_job_again(world: World) {
    world.open_for_business(Mode::Go).await;
    let (receipt, job) = world.about_to_send("room-7").await;
    let first = going(world.begin_send(&job).await);
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sending);
    world.assert_intent(receipt.candidate_id, IntentState::Sending).await;
    let mut deferred = Step::event(CandidateEvent::SendDeferred);
    deferred.delivery =
        Some(prospector_store::DeliveryNote { status: Some(503), error: Some("busy".to_owned()) });
    let outcome = Outcome::StepAndRetry(Box::new(deferred), failure(world.now(), 1, 5_000));
    world.settle(&job, outcome).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Scheduled);
    let intent = world.intent(receipt.candidate_id).await;
    assert_eq!((intent.state, intent.attempts), (IntentState::Pending, 1));
    assert_eq!((intent.last_status, intent.last_error.as_deref()), (Some(503), Some("busy")));
    assert_eq!(world.claim(JobKind::Dispatch).await, []);
    world.pass_ms(5_000);
    let again = world.take(JobKind::Dispatch).await;
    assert_eq!(again.id, job.id);
    let second = going(world.begin_send(&again).await);
    assert_eq!(second.intent_id, first.intent_id, "the same id at every attempt");
    assert_eq!((first.earlier_attempts, second.earlier_attempts), (0, 1));
    world.settle(&again, Outcome::Step(Box::new(delivered()))).await;
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Sent);
}

async fn the_next_job_of_a_thread_is_hinted(world: World) {
    let receipt = world.say("room-7", "hello").await;
    let waiting = NewJob { thread_id: Some(receipt.thread_id), ..world.new_job(JobKind::Probe) };
    world.store.insert_jobs(std::slice::from_ref(&waiting)).await.unwrap();
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    let held = step(CandidateEvent::Held(Hold::new(HoldReason::NoWorkflow, "none")));
    let Advanced::Applied(hints) = world.try_settle(&job, held).await.unwrap() else { panic!("discarded") };
    assert_eq!(
        hints.iter().map(|hint| (hint.kind, hint.job_id)).collect::<Vec<_>>(),
        [(JobKind::Probe, waiting.id)]
    );
}
