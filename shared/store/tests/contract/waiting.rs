//! Jobs that wait for a model engine: parked without cost, and handed out again when there is one.

use prospector_domain::{
    engine::EngineId,
    job::{ErrorClass, Job, JobKind, JobState},
    mode::Mode,
};
use prospector_store::{Advanced, Outcome};

use crate::{
    contract,
    world::{LEASE_MS, World, attempt_error, failure},
};

contract![
    a_parked_job_costs_no_attempt_and_comes_back_when_its_engine_opens,
    a_parked_job_waits_for_its_engine_only,
    a_parked_job_keeps_its_place_in_the_thread,
    a_parked_job_that_is_claimed_runs_and_keeps_its_engine,
    a_lost_claim_cannot_park_its_job,
    a_parked_job_can_be_called_off_and_replayed,
];

pub(crate) fn engine(build: &str) -> EngineId {
    EngineId::Gpu { model: "small-instruct".to_owned(), build: build.to_owned() }
}

pub(crate) fn wait(build: &str, delay_ms: i64) -> Outcome {
    Outcome::Wait { engine: engine(build), delay_ms }
}

async fn due(world: &World, kind: JobKind, closed: Option<&EngineId>) -> usize {
    world.store.due_jobs(world.now(), kind, closed, 100).await.unwrap().len()
}

/// A message that was read and whose draft waits for the engine's first build.
pub(crate) async fn parked(world: &World, thread: &str) -> Job {
    let receipt = world.read(thread).await;
    let job = world.take_of(receipt.candidate_id).await;
    world.settle(&job, wait("1", 0)).await;
    world.store.job(job.id).await.unwrap().unwrap()
}

async fn a_parked_job_costs_no_attempt_and_comes_back_when_its_engine_opens(world: World) {
    world.single(JobKind::Draft).await;
    for _ in 0..10 {
        let job = world.take(JobKind::Draft).await;
        assert_eq!(job.attempt, 1);
        let advanced = world.try_settle(&job, wait("1", 500)).await.unwrap();
        assert_eq!(advanced, Advanced::Applied(Vec::new()), "the relay knows when it can go on");
        let parked = world.store.job(job.id).await.unwrap().unwrap();
        assert_eq!((parked.state, parked.attempt, &parked.engine), (JobState::Queued, 0, &Some(engine("1"))));
        assert_eq!((parked.lease_owner, parked.lease_until_ms, parked.errors.len()), (None, None, 0));
        assert_eq!(due(&world, JobKind::Draft, None).await, 0, "not before its time");
        let next = world.now().plus_ms(500);
        assert_eq!(world.store.next_due_at(world.now(), JobKind::Draft, None).await.unwrap(), Some(next));
        let closed = Some(&engine("1"));
        assert_eq!(world.store.next_due_at(world.now(), JobKind::Draft, closed).await.unwrap(), None);
        world.pass_ms(500);
        assert_eq!(due(&world, JobKind::Draft, closed).await, 0, "its engine is closed");
        assert_eq!(due(&world, JobKind::Draft, None).await, 1);
    }
}

async fn a_parked_job_waits_for_its_engine_only(world: World) {
    world.single(JobKind::Draft).await;
    let job = world.take(JobKind::Draft).await;
    world.settle(&job, wait("1", 0)).await;
    world.single(JobKind::Draft).await;
    assert_eq!(due(&world, JobKind::Draft, Some(&engine("1"))).await, 1, "the one that waits for nothing");
    assert_eq!(due(&world, JobKind::Draft, Some(&engine("2"))).await, 2, "the engine was changed meanwhile");
    assert_eq!(due(&world, JobKind::Draft, Some(&EngineId::Template)).await, 2);
}

async fn a_parked_job_keeps_its_place_in_the_thread(world: World) {
    world.open_for_business(Mode::Draft).await;
    let parked = parked(&world, "room-7").await;
    let mut later = world.new_job(JobKind::Probe);
    later.thread_id = parked.thread_id;
    world.store.insert_jobs(std::slice::from_ref(&later)).await.unwrap();
    assert_eq!(world.claim_ids(&[later.id]).await, [], "the parked one is older");
    assert_eq!(world.claim_ids(&[parked.id]).await.len(), 1);
}

async fn a_parked_job_that_is_claimed_runs_and_keeps_its_engine(world: World) {
    world.open_for_business(Mode::Draft).await;
    let parked = parked(&world, "room-7").await;
    let job = world.take(JobKind::Draft).await;
    assert_eq!((job.id, job.attempt, &job.engine), (parked.id, 1, &Some(engine("1"))));
    world.settle(&job, Outcome::Retry(failure(world.now(), 1, 0))).await;
    let job = world.take(JobKind::Draft).await;
    assert_eq!((job.attempt, &job.engine), (2, &Some(engine("1"))));
    world.pass_ms(LEASE_MS + 1);
    world.store.rescue_expired(world.now(), 10).await.unwrap();
    let job = world.take(JobKind::Draft).await;
    assert_eq!((job.attempt, &job.engine), (3, &Some(engine("1"))));
    world.settle(&job, wait("2", 0)).await;
    let job = world.take(JobKind::Draft).await;
    assert_eq!((job.attempt, &job.engine), (3, &Some(engine("2"))), "the engine was changed");
    world.settle(&job, Outcome::Step(Box::new(world.written(crate::world::CLEAN).await))).await;
    let done = world.store.job(job.id).await.unwrap().unwrap();
    assert_eq!((done.state, done.engine), (JobState::Succeeded, Some(engine("2"))));
}

async fn a_lost_claim_cannot_park_its_job(world: World) {
    world.single(JobKind::Draft).await;
    let lost = world.take(JobKind::Draft).await;
    world.pass_ms(LEASE_MS + 1);
    world.store.rescue_expired(world.now(), 10).await.unwrap();
    let held = world.take(JobKind::Draft).await;
    assert_eq!(world.try_settle(&lost, wait("1", 0)).await.unwrap(), Advanced::Stale);
    let job = world.store.job(held.id).await.unwrap().unwrap();
    assert_eq!((job.state, job.engine), (JobState::Running, None));
}

async fn a_parked_job_can_be_called_off_and_replayed(world: World) {
    world.single(JobKind::Draft).await;
    let job = world.take(JobKind::Draft).await;
    world.settle(&job, wait("1", 0)).await;
    world.store.cancel_job(world.now(), job.id, "Quinn").await.unwrap();
    assert_eq!(due(&world, JobKind::Draft, None).await, 0);
    let again = world.store.replay_job(world.now(), job.id, "Quinn").await.unwrap();
    assert_eq!(again.job.engine, None, "its handler decides anew");
    let job = world.take(JobKind::Draft).await;
    let mut error = attempt_error(world.now(), 1);
    error.class = ErrorClass::Unavailable;
    world.settle(&job, Outcome::Dead(error)).await;
}
