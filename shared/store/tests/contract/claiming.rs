//! Taking jobs under a lease, keeping it, and giving jobs back.

use prospector_domain::{
    id::JobId,
    job::{Claim, JobKind, JobState},
};
use prospector_store::{JobFilter, NewJob, StoreError};

use crate::{
    contract,
    world::{LEASE_MS, QUIET_MS, World},
};

contract![
    a_claim_has_a_lease_a_fence_and_an_attempt,
    a_job_is_claimed_once,
    a_job_that_is_not_due_is_left,
    jobs_of_a_thread_run_one_at_a_time_oldest_first,
    due_jobs_come_most_urgent_first,
    a_paused_kind_is_not_claimed,
    a_renewed_lease_lasts_and_a_lost_one_is_missing,
    jobs_handed_back_keep_their_attempts,
    an_id_is_taken_once,
    a_large_batch_is_written_whole,
    jobs_are_listed_counted_and_looked_up,
    the_next_due_time_is_known,
];

async fn a_claim_has_a_lease_a_fence_and_an_attempt(world: World) {
    let mut new = world.new_job(JobKind::Probe);
    new.payload = serde_json::json!({ "note": "it's a \"test\" – ü" });
    world.store.insert_jobs(std::slice::from_ref(&new)).await.unwrap();
    world.pass_ms(10);
    let job = world.take(JobKind::Probe).await;
    assert_eq!((job.id, job.state, job.attempt, job.fence), (new.id, JobState::Running, 1, 1));
    assert_eq!(job.lease_owner.as_deref(), Some("worker-1"));
    assert_eq!(job.lease_until_ms, Some(world.now().plus_ms(LEASE_MS)));
    assert_eq!(job.started_at_ms, Some(world.now()));
    assert_eq!(job.payload, new.payload);
    assert_eq!(world.store.job(job.id).await.unwrap(), Some(job));
}

async fn a_job_is_claimed_once(world: World) {
    let id = world.single(JobKind::Probe).await;
    assert_eq!(world.claim_ids(&[id, id]).await.len(), 1);
    assert_eq!(world.claim_ids(&[id]).await, []);
    let nowhere = JobId(uuid::Uuid::nil());
    assert_eq!(world.claim_ids(&[nowhere]).await, []);
    assert_eq!(world.claim_ids(&[]).await, []);
}

async fn a_job_that_is_not_due_is_left(world: World) {
    let job = NewJob { run_at_ms: world.now().plus_ms(1_000), ..world.new_job(JobKind::Probe) };
    world.store.insert_jobs(std::slice::from_ref(&job)).await.unwrap();
    world.pass_ms(999);
    assert_eq!(world.claim(JobKind::Probe).await, []);
    assert_eq!(world.claim_ids(&[job.id]).await, []);
    world.pass_ms(1);
    assert_eq!(world.take(JobKind::Probe).await.id, job.id);
}

async fn jobs_of_a_thread_run_one_at_a_time_oldest_first(world: World) {
    let receipt = world.say("room-7", "hello").await;
    world.pass_ms(QUIET_MS);
    let later = NewJob { thread_id: Some(receipt.thread_id), ..world.new_job(JobKind::Probe) };
    world.pass_ms(1);
    let latest = NewJob { thread_id: Some(receipt.thread_id), ..world.new_job(JobKind::Probe) };
    world.store.insert_jobs(&[later.clone(), latest.clone()]).await.unwrap();

    // The classify job of the thread is older than both.
    assert_eq!(world.store.due_jobs(world.now(), JobKind::Probe, None, 10).await.unwrap(), []);
    assert_eq!(world.claim_ids(&[later.id, latest.id]).await, []);
    let first = world.take(JobKind::Classify).await;
    assert_eq!(world.claim_ids(&[later.id]).await, [], "running counts as unfinished");
    world.settle(&first, prospector_store::Outcome::Done(serde_json::Value::Null)).await;
    let claimed = world.claim_ids(&[latest.id, later.id]).await;
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [later.id]);
    // Other threads and single jobs do not wait for this one.
    world.single(JobKind::Probe).await;
    assert_eq!(world.claim(JobKind::Probe).await.len(), 1);
}

async fn due_jobs_come_most_urgent_first(world: World) {
    let job = |priority: i64, late_ms: i64| NewJob {
        priority,
        run_at_ms: world.now().plus_ms(-late_ms),
        ..world.new_job(JobKind::Probe)
    };
    let jobs = [job(5, 10), job(5, 20), job(0, 1), job(9, 99), job(5, 10)];
    world.store.insert_jobs(&jobs).await.unwrap();
    let due = world.store.due_jobs(world.now(), JobKind::Probe, None, 4).await.unwrap();
    assert_eq!(due, [jobs[2].id, jobs[1].id, jobs[0].id, jobs[4].id]);
}

async fn a_paused_kind_is_not_claimed(world: World) {
    let probe = world.single(JobKind::Probe).await;
    let judge = world.single(JobKind::Judge).await;
    assert!(world.store.pause_kind(world.now(), JobKind::Probe, "Quinn").await.unwrap());
    assert!(!world.store.pause_kind(world.now(), JobKind::Probe, "Quinn").await.unwrap());
    assert_eq!(world.store.paused_kinds().await.unwrap(), [JobKind::Probe]);
    let claimed = world.claim_ids(&[probe, judge]).await;
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [judge]);
    assert!(world.store.resume_kind(world.now(), JobKind::Probe, "Quinn").await.unwrap());
    assert!(!world.store.resume_kind(world.now(), JobKind::Probe, "Quinn").await.unwrap());
    assert_eq!(world.store.paused_kinds().await.unwrap(), []);
    assert_eq!(world.claim_ids(&[probe]).await.len(), 1);
    let trail: Vec<String> = world.trail().await.iter().map(ToString::to_string).collect();
    assert_eq!(trail, ["queue.paused", "queue.resumed"]);
}

async fn a_renewed_lease_lasts_and_a_lost_one_is_missing(world: World) {
    let (kept, lost) = (world.single(JobKind::Probe).await, world.single(JobKind::Probe).await);
    let claims: Vec<Claim> = world.claim_ids(&[kept, lost]).await.iter().map(|job| job.claim()).collect();
    world.store.cancel_job(world.now(), lost, "Quinn").await.unwrap();
    world.pass_ms(LEASE_MS - 1);
    let held = world.store.renew(world.now(), &claims, LEASE_MS).await.unwrap();
    assert_eq!(held.iter().map(|claim| claim.job_id).collect::<Vec<_>>(), [kept]);
    let until = world.store.job(kept).await.unwrap().unwrap().lease_until_ms;
    assert_eq!(until, Some(world.now().plus_ms(LEASE_MS)));
    assert_eq!(world.store.job(lost).await.unwrap().unwrap().lease_until_ms, None);
    // A claim of an earlier fence does not renew a later one's lease.
    let earlier = Claim { job_id: kept, fence: claims[0].fence - 1 };
    assert_eq!(world.store.renew(world.now(), &[earlier], LEASE_MS).await.unwrap(), []);
}

async fn jobs_handed_back_keep_their_attempts(world: World) {
    let id = world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.pass_ms(5);
    assert_eq!(world.store.hand_back(world.now(), &[job.claim()]).await.unwrap(), 1);
    let back = world.store.job(id).await.unwrap().unwrap();
    assert_eq!((back.state, back.attempt, back.lease_owner.clone()), (JobState::Queued, 0, None));
    assert_eq!(
        world.store.hand_back(world.now(), &[job.claim()]).await.unwrap(),
        0,
        "it is not ours any more"
    );
    let again = world.take(JobKind::Probe).await;
    assert_eq!((again.attempt, again.fence), (1, 2), "the attempt was given back, the fence was not");
}

async fn an_id_is_taken_once(world: World) {
    let job = world.new_job(JobKind::Probe);
    world.store.insert_jobs(std::slice::from_ref(&job)).await.unwrap();
    let other = world.new_job(JobKind::Probe);
    let refused = world.store.insert_jobs(&[other.clone(), job]).await.unwrap_err();
    assert!(matches!(refused, StoreError::Taken { .. }), "{refused}");
    assert_eq!(world.store.job(other.id).await.unwrap(), None, "all of them or none");
}

async fn a_large_batch_is_written_whole(world: World) {
    let jobs: Vec<NewJob> = (0..4_500).map(|_| world.new_job(JobKind::Probe)).collect();
    world.store.insert_jobs(&jobs).await.unwrap();
    assert_eq!(world.store.unfinished_jobs(JobKind::Probe).await.unwrap(), 4_500);
    let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
    assert_eq!(world.claim_ids(&ids).await.len(), 4_500);
}

async fn jobs_are_listed_counted_and_looked_up(world: World) {
    let (old, new) = (world.single(JobKind::Probe).await, world.single(JobKind::Probe).await);
    world.single(JobKind::Judge).await;
    let mut filter = JobFilter { kind: Some(JobKind::Probe), ..JobFilter::default() };
    let listed = world.store.jobs(&filter, 10).await.unwrap();
    assert_eq!(listed.iter().map(|job| job.id).collect::<Vec<_>>(), [new, old]);
    filter.before = Some(new);
    assert_eq!(world.store.jobs(&filter, 10).await.unwrap()[0].id, old);
    world.claim_ids(&[new]).await;
    filter = JobFilter { state: Some(JobState::Running), ..JobFilter::default() };
    assert_eq!(world.store.jobs(&filter, 10).await.unwrap().len(), 1);

    let depths = world.store.queue_depths().await.unwrap();
    let depth = |kind, state| {
        depths.iter().find(|depth| depth.kind == kind && depth.state == state).map_or(0, |depth| depth.jobs)
    };
    assert_eq!(depth(JobKind::Probe, JobState::Queued), 1);
    assert_eq!(depth(JobKind::Probe, JobState::Running), 1);
    assert_eq!(depth(JobKind::Judge, JobState::Queued), 1);
    assert_eq!(depth(JobKind::Draft, JobState::Queued), 0);
    assert_eq!(world.store.job(JobId(uuid::Uuid::nil())).await.unwrap(), None);
}

async fn the_next_due_time_is_known(world: World) {
    assert_eq!(world.store.next_due_at(world.now(), JobKind::Probe, None).await.unwrap(), None);
    let at = world.now().plus_ms(700);
    let job = NewJob { run_at_ms: at, ..world.new_job(JobKind::Probe) };
    world.store.insert_jobs(&[job, world.new_job(JobKind::Probe)]).await.unwrap();
    assert_eq!(world.store.next_due_at(world.now(), JobKind::Probe, None).await.unwrap(), Some(at));
    assert_eq!(world.store.next_due_at(at, JobKind::Probe, None).await.unwrap(), None);
}
