//! What people who look on are shown, and what looking costs.

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    job::{JobKind, JobState},
    mode::Mode,
    time::{HOUR_MS, MINUTE_MS},
};
use prospector_store::{Outcome, Overview, QueueLook, StoreOptions, statement};
use serde_json::Value;

use crate::{
    contract,
    dump::Raw,
    waiting::wait,
    world::{LEASE_MS, QUIET_MS, World, attempt_error},
};

contract![
    jobs_are_counted_by_what_they_wait_for,
    workers_are_those_who_run_something,
    what_finished_counts_for_a_minute,
    candidates_that_ended_count_for_an_hour,
    the_newest_events_come_first,
    tables_that_grow_are_read_by_index_alone,
    whoever_only_looks_can_change_nothing,
];

async fn look(world: &World) -> Overview {
    world.store.overview(world.now()).await.unwrap()
}

async fn queue(world: &World, kind: JobKind) -> QueueLook {
    look(world).await.queues.into_iter().find(|queue| queue.kind == kind).unwrap()
}

async fn jobs_are_counted_by_what_they_wait_for(world: World) {
    world.say("room-7", "hello").await;
    let first = queue(&world, JobKind::Classify).await;
    assert_eq!((first.queued, first.due, first.parked, first.running, first.dead), (1, 0, 0, 0, 0));
    assert_eq!(first.oldest_run_at_ms, Some(world.now().plus_ms(QUIET_MS)), "it is due later");
    world.pass_ms(QUIET_MS);
    assert_eq!(queue(&world, JobKind::Classify).await.due, 1);

    let job = world.take(JobKind::Classify).await;
    let running = queue(&world, JobKind::Classify).await;
    assert_eq!((running.queued, running.due, running.running), (0, 0, 1));
    world.settle(&job, wait("1", 0)).await;
    let parked = queue(&world, JobKind::Classify).await;
    assert_eq!((parked.queued, parked.due, parked.parked, parked.running), (1, 0, 1, 0));

    world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 1))).await;
    assert_eq!(queue(&world, JobKind::Probe).await.dead, 1);
    world.store.pause_kind(world.now(), JobKind::Probe, "Quinn").await.unwrap();
    assert!(queue(&world, JobKind::Probe).await.paused && !queue(&world, JobKind::Draft).await.paused);
}

async fn workers_are_those_who_run_something(world: World) {
    assert_eq!(look(&world).await.workers, []);
    for _ in 0..3 {
        world.single(JobKind::Probe).await;
    }
    let begun = world.now();
    assert_eq!(world.claim(JobKind::Probe).await.len(), 3);
    world.pass_ms(1_000);
    let workers = look(&world).await.workers;
    let [worker] = &workers[..] else { panic!("{workers:?}") };
    assert_eq!((worker.owner.as_str(), worker.kind, worker.jobs), ("worker-1", JobKind::Probe, 3));
    assert_eq!(worker.oldest_started_at_ms, Some(begun));
    assert_eq!(worker.first_lease_until_ms, begun.plus_ms(LEASE_MS));
}

async fn what_finished_counts_for_a_minute(world: World) {
    for _ in 0..2 {
        world.single(JobKind::Probe).await;
    }
    let ended = world.now();
    for job in world.claim(JobKind::Probe).await {
        world.settle(&job, Outcome::Done(Value::Null)).await;
    }
    let finished = look(&world).await.finished;
    let [probes] = &finished[..] else { panic!("{finished:?}") };
    assert_eq!((probes.kind, probes.state, probes.jobs), (JobKind::Probe, JobState::Succeeded, 2));
    assert_eq!(probes.first_finished_at_ms, ended);
    world.pass_ms(MINUTE_MS);
    assert_eq!(look(&world).await.finished, []);
}

async fn candidates_that_ended_count_for_an_hour(world: World) {
    world.open_for_business(Mode::Go).await;
    world.sent("room-1").await;
    world.set_mode(Mode::Pause).await;
    world.drafted("room-2").await;
    world.say("room-3", "hello").await;
    let seen = look(&world).await;
    let expected = [CandidateState::Classifying, CandidateState::Held, CandidateState::Sent];
    assert_eq!(seen.candidates, expected.map(|state| (state, 1)).into());
    assert_eq!(seen.holds, [(HoldReason::Paused, 1)].into());
    world.pass_ms(HOUR_MS + MINUTE_MS);
    let later = look(&world).await;
    let expected = [CandidateState::Classifying, CandidateState::Held];
    assert_eq!(later.candidates, expected.map(|state| (state, 1)).into());
}

async fn the_newest_events_come_first(world: World) {
    for thread in ["room-1", "room-2", "room-3"] {
        world.say(thread, "hello").await;
    }
    let all = world.trail().await.len();
    let newest = world.store.newest_events(2).await.unwrap();
    assert_eq!(newest.len(), 2);
    assert!(newest[0].seq > newest[1].seq && newest[0].seq >= i64::try_from(all).unwrap());
}

/// However the planner guesses, an index must be there to use: Postgres is told to avoid whole tables where it can.
async fn tables_that_grow_are_read_by_index_alone(world: World) {
    let mut raw = world.raw().await;
    for name in [
        "jobs/backlog",
        "jobs/count_parked",
        "jobs/count_dead",
        "jobs/leased",
        "jobs/count_finished",
        "candidates/count_open",
        "candidates/count_held",
        "candidates/count_ended",
        "events/newest",
    ] {
        let statement = statement::ALL.iter().find(|statement| statement.name == name).unwrap();
        let is_postgres = matches!(raw, Raw::Postgres(_));
        let plan = if is_postgres {
            raw.execute("SET enable_seqscan = off").await;
            raw.texts(format!("EXPLAIN {}", with_values(name, statement.postgres))).await
        } else {
            raw.plan(with_values(name, statement.sqlite)).await
        };
        let whole = |line: &&String| {
            let table = ["jobs", "candidates"].iter().any(|table| line.contains(&format!("SCAN {table}")));
            line.contains("Seq Scan") || (table && !line.contains("INDEX"))
        };
        assert!(plan.iter().find(whole).is_none(), "{name}: {plan:#?}");
        // The index of all that is queued would do for what is parked, and read far more.
        let reads_backlog = plan.iter().any(|line| line.contains("jobs_ready"));
        assert!(is_postgres || !reads_backlog || name == "jobs/backlog", "{name}: {plan:#?}");
    }
}

fn with_values(name: &str, sql: &str) -> String {
    let first = if name == "jobs/backlog" || name == "candidates/count_ended" { "'draft'" } else { "1000" };
    sql.replace("$1", first).replace("$2", "1000").replace("$3", "1000")
}

async fn whoever_only_looks_can_change_nothing(world: World) {
    world.say("room-7", "hello").await;
    let before = world.dump().await;
    let options = StoreOptions { read_only: true, ..StoreOptions::default() };
    let looking = world.backend.open(&world.url, options).await;
    assert_eq!(looking.overview(world.now()).await.unwrap(), look(&world).await);
    looking.pause_kind(world.now(), JobKind::Probe, "Quinn").await.unwrap_err();
    assert_eq!(world.dump().await, before);
}
