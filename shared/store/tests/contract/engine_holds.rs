//! What waits too long for an engine is held, and goes on when there is one; and how much is wanted of an engine.

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    job::{ErrorClass, JobKind, JobState},
    mode::Mode,
    time::UnixMs,
};
use prospector_store::{Advanced, FinishedJob, GivenUp, NewJob, Outcome, StoreError};
use serde_json::json;

use crate::{
    concurrency::together,
    contract,
    invariants::broken,
    waiting::{engine, parked, wait},
    world::{CLEAN, QUIET_MS, World, attempt_error, decided},
};

contract![
    demand_is_what_waits_and_what_runs,
    a_paused_kind_wants_no_engine,
    what_an_engine_did_is_remembered,
    what_waits_too_long_is_held_and_goes_on_by_itself,
    only_what_waits_for_that_engine_is_held,
    a_candidate_that_was_let_go_gets_all_of_its_time_anew,
    the_wait_begins_with_the_first_parking_for_an_engine,
    a_single_job_that_waits_too_long_dies_and_tells_its_sink,
    a_held_thread_lets_its_next_job_go,
    holding_and_claiming_at_once_never_both_win,
    releasing_and_a_newer_message_at_once_leave_one_live_candidate,
    holding_and_a_newer_message_at_once_leave_one_live_candidate,
];

const WHY: &str = "no machine could be had for ten minutes";

async fn give_up(world: &World, waiting_since: UnixMs) -> GivenUp {
    world.store.hold_waiting(world.now(), &engine("1"), waiting_since, WHY, 100).await.unwrap()
}

async fn assert_sound(world: &World) {
    assert_eq!(broken(&mut world.raw().await).await, [""; 0]);
}

async fn demand_is_what_waits_and_what_runs(world: World) {
    world.open_for_business(Mode::Draft).await;
    let arrived_at = world.now();
    let first = parked(&world, "room-1").await;
    let second = parked(&world, "room-2").await;
    let urgent = NewJob { priority: 1, ..world.new_job(JobKind::Draft) };
    world.store.insert_jobs(std::slice::from_ref(&urgent)).await.unwrap();
    let job = world.claim_ids(&[urgent.id]).await.remove(0);
    world.settle(&job, wait("1", 5_000)).await;
    let demand = world.store.engine_demand(&engine("1"), 10).await.unwrap();
    let order: Vec<_> = demand.queued.iter().map(|work| work.job_id).collect();
    assert_eq!(order, [urgent.id, first.id, second.id], "most urgent first");
    assert_eq!((demand.queued_total, demand.running, demand.held), (3, 0, 0));
    assert_eq!(demand.queued[1].arrived_at_ms, arrived_at, "the message counts, not its job");
    assert_eq!(demand.queued[0].arrived_at_ms, urgent.created_at_ms);
    assert_eq!(world.store.engine_demand(&engine("1"), 1).await.unwrap().queued.len(), 1);
    world.claim_ids(&[first.id]).await;
    let demand = world.store.engine_demand(&engine("1"), 10).await.unwrap();
    assert_eq!((demand.queued.len(), demand.queued_total, demand.running), (2, 2, 1));
    let other = world.store.engine_demand(&engine("2"), 10).await.unwrap();
    assert_eq!((other.queued_total, other.running), (0, 0));
}

async fn what_an_engine_did_is_remembered(world: World) {
    world.open_for_business(Mode::Draft).await;
    let mut expected = Vec::new();
    for thread in ["room-1", "room-2"] {
        let arrived_at_ms = world.now();
        let waiting = parked(&world, thread).await;
        let started_at_ms = world.pass_ms(30_000);
        let job = world.claim_ids(&[waiting.id]).await.remove(0);
        let finished_at_ms = world.pass_ms(5_000);
        world.settle(&job, Outcome::Step(Box::new(world.written(CLEAN).await))).await;
        expected.insert(0, FinishedJob { arrived_at_ms, started_at_ms, finished_at_ms });
    }
    // One that needed no engine, one that waits, and one that failed.
    world.drafted("room-3").await;
    parked(&world, "room-4").await;
    let single = world.new_job(JobKind::Draft);
    world.store.insert_jobs(std::slice::from_ref(&single)).await.unwrap();
    let job = world.claim_ids(&[single.id]).await.remove(0);
    world.settle(&job, wait("1", 0)).await;
    let job = world.claim_ids(&[single.id]).await.remove(0);
    world.settle(&job, Outcome::Dead(attempt_error(world.now(), 1))).await;
    let done =
        async |build: &str, limit| world.store.finished_engine_jobs(&engine(build), limit).await.unwrap();
    assert_eq!(done("1", 10).await, expected);
    assert_eq!(done("1", 1).await, expected[..1], "the newest");
    assert_eq!(done("2", 10).await, []);
}

async fn a_paused_kind_wants_no_engine(world: World) {
    world.open_for_business(Mode::Draft).await;
    parked(&world, "room-1").await;
    world.store.pause_kind(world.now(), JobKind::Draft, "Quinn").await.unwrap();
    let demand = world.store.engine_demand(&engine("1"), 10).await.unwrap();
    assert_eq!((demand.queued.len(), demand.queued_total), (0, 0));
    world.store.resume_kind(world.now(), JobKind::Draft, "Quinn").await.unwrap();
    assert_eq!(world.store.engine_demand(&engine("1"), 10).await.unwrap().queued_total, 1);
}

async fn what_waits_too_long_is_held_and_goes_on_by_itself(world: World) {
    world.open_for_business(Mode::Draft).await;
    let job = parked(&world, "room-7").await;
    let candidate = job.candidate_id.unwrap();
    assert_eq!(give_up(&world, job.created_at_ms).await, GivenUp::default(), "not yet");
    let given_up = give_up(&world, world.pass_ms(1)).await;
    assert_eq!((given_up.held, given_up.dead), (vec![candidate], vec![]));
    world.assert_held(candidate, HoldReason::EngineUnavailable).await;
    let hold = world.candidate(candidate).await.hold.unwrap();
    assert_eq!((hold.detail.as_str(), hold.release_at_ms), (WHY, None));
    assert_eq!(world.store.job(job.id).await.unwrap().unwrap().state, JobState::Cancelled);
    assert_eq!(world.store.engine_demand(&engine("1"), 10).await.unwrap().held, 1);
    assert_sound(&world).await;
    assert_eq!(world.store.release_due(world.now(), 10).await.unwrap(), [], "time alone does not help");
    let hints = world.store.release_engine_holds(world.now(), 10).await.unwrap();
    assert_eq!(hints.iter().map(|hint| hint.kind).collect::<Vec<_>>(), [JobKind::Classify]);
    assert_eq!(world.state(candidate).await, CandidateState::Classifying);
    assert_eq!(world.store.release_engine_holds(world.now(), 10).await.unwrap(), []);
    assert_sound(&world).await;
}

async fn only_what_waits_for_that_engine_is_held(world: World) {
    world.open_for_business(Mode::Draft).await;
    let waits = parked(&world, "room-1").await;
    let runs = parked(&world, "room-2").await;
    world.claim_ids(&[runs.id]).await;
    let free = world.read("room-3").await;
    let elsewhere = world.take_of(free.candidate_id).await;
    world.settle(&elsewhere, wait("2", 0)).await;
    let later = world.pass_ms(600_000);
    let given_up = give_up(&world, later).await;
    assert_eq!(given_up.held, [waits.candidate_id.unwrap()]);
    assert_eq!(world.state(runs.candidate_id.unwrap()).await, CandidateState::Drafting);
    assert_eq!(world.state(free.candidate_id).await, CandidateState::Drafting);
}

async fn a_candidate_that_was_let_go_gets_all_of_its_time_anew(world: World) {
    world.open_for_business(Mode::Draft).await;
    let job = parked(&world, "room-7").await;
    let candidate = job.candidate_id.unwrap();
    let waited_ms = 600_000;
    world.pass_ms(waited_ms + 1);
    give_up(&world, world.now().plus_ms(-waited_ms)).await;
    world.store.release_engine_holds(world.now(), 10).await.unwrap();
    let job = world.take(JobKind::Classify).await;
    world.settle(&job, Outcome::Step(Box::new(decided()))).await;
    let job = world.take(JobKind::Draft).await;
    world.settle(&job, wait("1", 0)).await;
    world.pass_ms(waited_ms);
    assert_eq!(give_up(&world, world.now().plus_ms(-waited_ms)).await.held, []);
    world.pass_ms(1);
    assert_eq!(give_up(&world, world.now().plus_ms(-waited_ms)).await.held, [candidate]);
}

async fn the_wait_begins_with_the_first_parking_for_an_engine(world: World) {
    world.single(JobKind::Draft).await;
    let park = async |build: &str| {
        let job = world.take(JobKind::Draft).await;
        world.settle(&job, wait(build, 0)).await;
        world.now()
    };
    let give_up_waiting = async |build: &str, since: UnixMs| {
        let given_up = world.store.hold_waiting(world.now(), &engine(build), since, WHY, 100).await;
        given_up.unwrap().dead.len()
    };
    park("2").await;
    world.pass_ms(60_000);
    let first = park("1").await;
    world.pass_ms(60_000);
    park("1").await;
    assert_eq!(give_up_waiting("1", first).await, 0, "the wait for another engine does not count");
    assert_eq!(give_up_waiting("1", first.plus_ms(1)).await, 1, "being claimed was no break");
}

async fn a_single_job_that_waits_too_long_dies_and_tells_its_sink(world: World) {
    let new = NewJob { callback: Some("main".to_owned()), ..world.new_job(JobKind::Draft) };
    world.store.insert_jobs(std::slice::from_ref(&new)).await.unwrap();
    let job = world.take(JobKind::Draft).await;
    world.settle(&job, wait("1", 0)).await;
    let given_up = give_up(&world, world.pass_ms(1)).await;
    assert_eq!((given_up.held, given_up.dead), (vec![], vec![new.id]));
    let dead = world.store.job(new.id).await.unwrap().unwrap();
    assert_eq!((dead.state, dead.finished_at_ms), (JobState::Dead, Some(world.now())));
    let error = &dead.errors[0];
    assert_eq!((error.class, error.chain.as_slice()), (ErrorClass::Unavailable, [WHY.to_owned()].as_slice()));
    let callback = world.take(JobKind::Dispatch).await;
    assert_eq!(callback.payload, json!({ "callback": { "job_id": new.id, "sink": "main" } }));
    assert_eq!(given_up.hints.iter().map(|hint| hint.job_id).collect::<Vec<_>>(), [callback.id]);
    // It can be asked for again, once there is an engine.
    let again = world.store.replay_job(world.now(), new.id, "Quinn").await.unwrap();
    assert_eq!((again.job.state, again.job.engine), (JobState::Queued, None));
    assert_sound(&world).await;
}

async fn a_held_thread_lets_its_next_job_go(world: World) {
    world.open_for_business(Mode::Draft).await;
    let job = parked(&world, "room-7").await;
    let later = NewJob { thread_id: job.thread_id, ..world.new_job(JobKind::Probe) };
    world.store.insert_jobs(std::slice::from_ref(&later)).await.unwrap();
    let given_up = give_up(&world, world.pass_ms(1)).await;
    assert_eq!(given_up.hints.iter().map(|hint| hint.job_id).collect::<Vec<_>>(), [later.id]);
    assert_eq!(world.claim_ids(&[later.id]).await.len(), 1);
}

async fn holding_and_claiming_at_once_never_both_win(world: World) {
    world.open_for_business(Mode::Draft).await;
    let mut jobs = Vec::new();
    for number in 0..6 {
        jobs.push(parked(&world, &format!("room-{number}")).await);
    }
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    let later = world.pass_ms(1);
    let world = std::sync::Arc::new(world);
    let taken = together(4, |number| {
        let (world, ids) = (world.clone(), ids.clone());
        async move {
            if number % 2 == 0 {
                give_up(&world, later).await;
                return Vec::new();
            }
            let mut claimed = Vec::new();
            for id in ids.iter().rev() {
                claimed.extend(world.claim_ids(&[*id]).await);
            }
            claimed
        }
    })
    .await
    .concat();
    assert_sound(&world).await;
    let mut held = 0;
    for job in &jobs {
        held += usize::from(world.state(job.candidate_id.unwrap()).await == CandidateState::Held);
    }
    assert_eq!(held + taken.len(), jobs.len(), "each is held, or runs");
    for job in &taken {
        let written = world.written(CLEAN).await;
        let settled = world.try_settle(job, Outcome::Step(Box::new(written))).await.unwrap();
        assert!(matches!(settled, Advanced::Applied(_)), "a job that was claimed is not taken away");
    }
    world.assert_no_deadlock().await;
}

async fn releasing_and_a_newer_message_at_once_leave_one_live_candidate(world: World) {
    world.open_for_business(Mode::Draft).await;
    let mut held = Vec::new();
    for number in 0..6 {
        held.push(parked(&world, &format!("room-{number}")).await.candidate_id.unwrap());
    }
    give_up(&world, world.pass_ms(1)).await;
    let newer: Vec<_> = (0..6).map(|number| world.message(&format!("room-{number}"), "hello?")).collect();
    let world = std::sync::Arc::new(world);
    together(3, |number| {
        let (world, newer) = (world.clone(), newer.clone());
        async move {
            if number < 2 {
                world.store.release_engine_holds(world.now(), 100).await.unwrap();
            } else {
                for message in newer.iter().rev() {
                    world.ingest(message).await;
                }
            }
        }
    })
    .await;
    for candidate in held {
        assert_eq!(world.state(candidate).await, CandidateState::Superseded);
    }
    assert_sound(&world).await;
    world.pass_ms(QUIET_MS);
    assert_eq!(world.claim(JobKind::Classify).await.len(), 6);
    world.assert_no_deadlock().await;
}

async fn holding_and_a_newer_message_at_once_leave_one_live_candidate(world: World) {
    world.open_for_business(Mode::Draft).await;
    for number in 0..6 {
        parked(&world, &format!("room-{number}")).await;
    }
    let newer: Vec<_> = (0..6).map(|number| world.message(&format!("room-{number}"), "hello?")).collect();
    let later = world.pass_ms(1);
    let world = std::sync::Arc::new(world);
    together(3, |number| {
        let (world, newer) = (world.clone(), newer.clone());
        async move {
            if number < 2 {
                give_up(&world, later).await;
                return Ok::<_, StoreError>(());
            }
            world.store.ingest(world.now(), &newer).await.map(drop)
        }
    })
    .await
    .into_iter()
    .for_each(Result::unwrap);
    assert_sound(&world).await;
    assert_eq!(world.store.engine_demand(&engine("1"), 10).await.unwrap().held, 0, "all were superseded");
    world.assert_no_deadlock().await;
}
