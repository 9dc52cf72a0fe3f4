//! What operators do to jobs.

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    id::JobId,
    job::{JobKind, JobState},
};
use prospector_store::{Advanced, NewJob, Outcome, Refusal, StoreError};
use serde_json::Value;

use crate::{
    contract,
    world::{QUIET_MS, World, attempt_error},
};

contract![
    a_single_job_can_be_called_off,
    a_running_job_that_is_called_off_is_not_written_any_more,
    a_job_of_a_candidate_is_called_off_by_rejecting_it,
    a_finished_job_cannot_be_called_off,
    a_dead_single_job_is_replayed_with_all_its_attempts,
    a_dead_job_of_a_candidate_is_replayed_by_letting_it_go_on,
    what_needs_no_replay_is_refused,
];

fn refusal(error: StoreError) -> String {
    match error {
        StoreError::Refused(
            Refusal::WrongState { what: "job", .. } | Refusal::NotFound { what: "job", .. },
        ) => error.to_string(),
        other => panic!("not a refusal about a job: {other}"),
    }
}

async fn a_single_job_can_be_called_off(world: World) {
    let job = NewJob { callback: Some("main".to_owned()), ..world.new_job(JobKind::Probe) };
    world.store.insert_jobs(std::slice::from_ref(&job)).await.unwrap();
    let turn = world.store.cancel_job(world.now(), job.id, "Quinn").await.unwrap();
    assert_eq!((turn.job.state, turn.job.finished_at_ms), (JobState::Cancelled, Some(world.now())));
    assert_eq!(world.claim_ids(&[job.id]).await, []);
    // Whoever asked for the job hears that nothing will come of it.
    let callback = world.take(JobKind::Dispatch).await;
    assert_eq!(turn.hints.iter().map(|hint| hint.job_id).collect::<Vec<_>>(), [callback.id]);
    assert_eq!(callback.payload["callback"]["job_id"], job.id.to_string());
    assert_eq!(callback.payload["callback"]["sink"], "main");
    assert_eq!(world.trail().await.last().unwrap().to_string(), "job.cancelled");
}

async fn a_running_job_that_is_called_off_is_not_written_any_more(world: World) {
    world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.store.cancel_job(world.now(), job.id, "Quinn").await.unwrap();
    assert_eq!(world.try_settle(&job, Outcome::Done(Value::Null)).await.unwrap(), Advanced::Stale);
    assert_eq!(world.store.job(job.id).await.unwrap().unwrap().state, JobState::Cancelled);
}

async fn a_job_of_a_candidate_is_called_off_by_rejecting_it(world: World) {
    let receipt = world.say("room-7", "hello").await;
    let before = world.dump().await;
    let job = world.jobs_in(JobState::Queued).await.remove(0);
    let said = refusal(world.store.cancel_job(world.now(), job.id, "Quinn").await.unwrap_err());
    assert!(
        said.contains(&receipt.candidate_id.to_string()) && said.contains("reject that instead"),
        "{said}"
    );
    assert_eq!(world.dump().await, before);
}

async fn a_finished_job_cannot_be_called_off(world: World) {
    world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.settle(&job, Outcome::Done(Value::Null)).await;
    let said = refusal(world.store.cancel_job(world.now(), job.id, "Quinn").await.unwrap_err());
    assert!(said.starts_with("job is succeeded: only a job that is queued or running"), "{said}");
    let nowhere = JobId(uuid::Uuid::nil());
    let said = refusal(world.store.cancel_job(world.now(), nowhere, "Quinn").await.unwrap_err());
    assert!(said.starts_with("no job with id 0000"), "{said}");
}

async fn a_dead_single_job_is_replayed_with_all_its_attempts(world: World) {
    world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 1))).await;
    world.pass_ms(60_000);
    let turn = world.store.replay_job(world.now(), job.id, "Quinn").await.unwrap();
    assert_eq!((turn.job.state, turn.job.attempt), (JobState::Queued, 0));
    assert_eq!((turn.job.run_at_ms, turn.job.finished_at_ms), (world.now(), None));
    assert_eq!(turn.job.errors.len(), 1, "its history stays");
    assert_eq!(turn.hints[0].job_id, job.id);
    let again = world.take(JobKind::Probe).await;
    assert_eq!((again.attempt, again.fence), (1, 2));
    world.settle(&again, Outcome::Done(Value::Null)).await;
    let said = refusal(world.store.replay_job(world.now(), job.id, "Quinn").await.unwrap_err());
    assert!(said.contains("only a job that is dead or cancelled"), "{said}");
}

async fn a_dead_job_of_a_candidate_is_replayed_by_letting_it_go_on(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 1))).await;
    world.assert_held(receipt.candidate_id, HoldReason::AttemptsExhausted).await;
    let turn = world.store.replay_job(world.now(), job.id, "Quinn").await.unwrap();
    assert_eq!(turn.job.state, JobState::Dead, "the old job stays as evidence");
    assert_eq!(world.state(receipt.candidate_id).await, CandidateState::Classifying);
    let again = world.take(JobKind::Classify).await;
    assert_eq!(turn.hints.iter().map(|hint| hint.job_id).collect::<Vec<_>>(), [again.id]);
    let trail: Vec<String> = world.trail().await.iter().map(ToString::to_string).collect();
    assert_eq!(trail[trail.len() - 2..], ["candidate.released", "job.replayed"]);
}

async fn what_needs_no_replay_is_refused(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 1))).await;
    world.store.take_over(world.now(), receipt.thread_id, "Quinn").await.unwrap();
    world.store.reject(world.now(), receipt.candidate_id, "Quinn").await.unwrap();
    let before = world.dump().await;
    let said = refusal(world.store.replay_job(world.now(), job.id, "Quinn").await.unwrap_err());
    assert!(said.contains("is rejected and does not wait for it"), "{said}");
    // A job of a superseded candidate was cancelled for good.
    assert_eq!(world.dump().await, before);
    world.say("room-8", "one").await;
    world.say("room-8", "two").await;
    let cancelled = world.jobs_in(JobState::Cancelled).await.remove(0);
    let said = refusal(world.store.replay_job(world.now(), cancelled.id, "Quinn").await.unwrap_err());
    assert!(said.contains("is superseded and does not wait for it"), "{said}");
}
