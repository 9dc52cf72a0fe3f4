//! Many at once: nothing lost, nothing twice, and no collision that a caller gets to see.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use prospector_domain::{
    example,
    id::JobId,
    job::{Job, JobKind},
    mode::Mode,
};
use prospector_store::{
    Advance, Advanced, ClaimOptions, Idempotency, InboundMessage, Ingested, NewJob, Outcome, SendTurn,
};
use tokio::task::JoinSet;

use crate::{
    contract,
    invariants::broken,
    world::{LEASE_MS, QUIET_MS, World, decided},
};

contract![
    one_thread_under_fire_loses_no_message,
    the_same_message_from_many_is_taken_once,
    each_job_is_claimed_once,
    leases_are_renewed_while_results_are_saved,
    batches_over_the_same_threads_all_get_through,
    only_one_carries_a_request_out,
    only_one_holds_a_lease,
    publishers_get_versions_of_their_own,
    a_pause_counts_for_every_send_after_it,
    an_opt_out_counts_for_every_send_after_it,
    new_facts_count_for_every_send_after_them,
];

/// Runs `count` copies of a task and gathers what they return.
pub(crate) async fn together<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut running = JoinSet::new();
    for number in 0..count {
        running.spawn(task(number));
    }
    running.join_all().await
}

async fn one_thread_under_fire_loses_no_message(world: World) {
    let batches: Vec<Vec<InboundMessage>> =
        (0..8).map(|_| (0..10).map(|_| world.message("room-7", "hello")).collect()).collect();
    let now = world.now();
    let accepted = together(8, |number| {
        let (store, batch) = (Arc::clone(&world.store), batches[number].clone());
        async move {
            let mut receipts = Vec::new();
            for message in &batch {
                match store.ingest(now, std::slice::from_ref(message)).await.unwrap().remove(0) {
                    Ingested::Accepted(receipt, _) => receipts.push(receipt),
                    other => panic!("{other:?}"),
                }
            }
            receipts
        }
    })
    .await;
    let revisions: BTreeSet<i64> = accepted.iter().flatten().map(|receipt| receipt.revision).collect();
    assert_eq!(revisions, (1..=80).collect());
    let newest = accepted.iter().flatten().find(|receipt| receipt.revision == 80).unwrap();
    let view = world.store.thread(newest.thread_id, 100).await.unwrap().unwrap();
    assert_eq!((view.thread.revision, view.messages.len()), (80, 80));
    assert_eq!(view.live.unwrap().id, newest.candidate_id);
    assert_eq!(broken(&mut world.raw().await).await, [""; 0]);
}

async fn the_same_message_from_many_is_taken_once(world: World) {
    let message = world.message("room-7", "Do you have a room?");
    let now = world.now();
    let results = together(20, |_| {
        let (store, message) = (Arc::clone(&world.store), message.clone());
        async move { store.ingest(now, &[message]).await.unwrap().remove(0) }
    })
    .await;
    let mut accepted = Vec::new();
    let mut receipts = BTreeSet::new();
    for result in results {
        let receipt = match result {
            Ingested::Accepted(receipt, hint) => {
                accepted.push(hint);
                receipt
            }
            Ingested::Repeated(receipt) => receipt,
            Ingested::Conflict(refusal) => panic!("{refusal}"),
        };
        receipts.insert(receipt.message_id);
    }
    assert_eq!((accepted.len(), receipts.len()), (1, 1));
    assert_eq!(world.store.unfinished_jobs(JobKind::Classify).await.unwrap(), 1);
}

async fn each_job_is_claimed_once(world: World) {
    let jobs: Vec<NewJob> = (0..400).map(|_| world.new_job(JobKind::Probe)).collect();
    world.store.insert_jobs(&jobs).await.unwrap();
    let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
    let now = world.now();
    let claimed: Vec<Vec<Job>> = together(8, |number| {
        let store = Arc::clone(&world.store);
        // Everybody goes for every job, in batches that overlap, in an order of their own.
        let mut ids = ids.clone();
        ids.rotate_left(number * 37);
        if number % 2 == 0 {
            ids.reverse();
        }
        let options = ClaimOptions { owner: format!("worker-{number}"), lease_ms: LEASE_MS };
        async move {
            let mut mine = Vec::new();
            for batch in ids.chunks(60) {
                mine.extend(store.claim(now, batch, &options).await.unwrap());
            }
            mine
        }
    })
    .await;
    let all: Vec<JobId> = claimed.iter().flatten().map(|job| job.id).collect();
    assert_eq!(all.len(), 400, "each once");
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 400, "and all of them");
    assert!(claimed.iter().flatten().all(|job| job.attempt == 1 && job.fence == 1));
    world.assert_no_deadlock().await;
}

async fn leases_are_renewed_while_results_are_saved(world: World) {
    let jobs: Vec<NewJob> = (0..300).map(|_| world.new_job(JobKind::Probe)).collect();
    world.store.insert_jobs(&jobs).await.unwrap();
    let claimed = world.claim(JobKind::Probe).await;
    assert_eq!(claimed.len(), 300);
    let now = world.now();
    let saved: usize = together(6, |number| {
        let (store, claimed) = (Arc::clone(&world.store), claimed.clone());
        async move {
            let mut saved = 0;
            if number < 3 {
                let mut claims: Vec<_> = claimed.iter().map(Job::claim).collect();
                claims.rotate_left(number * 100);
                for _ in 0..10 {
                    let held = store.renew(now, &claims, LEASE_MS).await.unwrap();
                    claims.retain(|claim| held.contains(claim));
                }
                return saved;
            }
            for batch in claimed[(number - 3) * 100..(number - 2) * 100].chunks(20) {
                let results: Vec<Advance> = batch
                    .iter()
                    .map(|job| Advance::of(job, Outcome::Done(serde_json::Value::Null)))
                    .collect();
                for result in store.advance(now, &results).await {
                    saved += usize::from(matches!(result.unwrap(), Advanced::Applied(_)));
                }
            }
            saved
        }
    })
    .await
    .into_iter()
    .sum();
    assert_eq!(saved, 300, "nobody lost a claim to somebody who only looked at it");
    world.assert_no_deadlock().await;
}

/// Threads are known in one order and named in another: whoever locks several must still lock them in one.
async fn batches_over_the_same_threads_all_get_through(world: World) {
    let names = ["h", "g", "f", "e", "d", "c", "b", "a"];
    for name in names {
        world.say(name, "hello").await;
    }
    let begun = world.pass_ms(QUIET_MS);
    together(6, |number| {
        let store = Arc::clone(&world.store);
        let batches: Vec<Vec<InboundMessage>> =
            (0..10).map(|_| names.map(|name| world.message(name, "and another")).to_vec()).collect();
        let options = ClaimOptions { owner: format!("worker-{number}"), lease_ms: LEASE_MS };
        async move {
            for (round, batch) in (1..).zip(&batches) {
                let now = begun.plus_ms(round * QUIET_MS);
                if number < 3 {
                    let taken = store.ingest(now, batch).await.unwrap();
                    assert!(taken.iter().all(|one| matches!(one, Ingested::Accepted(..))), "{taken:?}");
                    continue;
                }
                let due = store.due_jobs(now, JobKind::Classify, None, 100).await.unwrap();
                let jobs = store.claim(now, &due, &options).await.unwrap();
                let results: Vec<Advance> =
                    jobs.iter().map(|job| Advance::of(job, Outcome::Step(Box::new(decided())))).collect();
                for result in store.advance(now, &results).await {
                    result.unwrap();
                }
            }
        }
    })
    .await;
    assert_eq!(broken(&mut world.raw().await).await, [""; 0]);
    world.assert_no_deadlock().await;
}

async fn only_one_carries_a_request_out(world: World) {
    let now = world.now();
    let begun = together(20, |_| {
        let store = Arc::clone(&world.store);
        async move { store.begin_idempotent(now, "bridge", "key", "hash").await.unwrap() }
    })
    .await;
    let new = begun.iter().filter(|begun| matches!(begun, Idempotency::New(_))).count();
    let in_flight = begun.iter().filter(|begun| **begun == Idempotency::InFlight).count();
    assert_eq!((new, in_flight), (1, 19));
}

async fn only_one_holds_a_lease(world: World) {
    let now = world.now();
    let held: Vec<i64> = together(20, |number| {
        let store = Arc::clone(&world.store);
        async move { store.acquire_lease(now, "scheduler", &format!("owner-{number}"), 1_000).await.unwrap() }
    })
    .await
    .into_iter()
    .flatten()
    .map(|lease| lease.epoch)
    .collect();
    assert_eq!(held, [1]);
}

async fn publishers_get_versions_of_their_own(world: World) {
    let now = world.now();
    let versions: BTreeSet<i64> = together(10, |number| {
        let store = Arc::clone(&world.store);
        let text = example::FACTS_TOML.replace("amount = 90", &format!("amount = {}", 100 + number));
        async move { store.publish_facts(now, "Quinn", &text).await.unwrap() }
    })
    .await
    .into_iter()
    .collect();
    assert_eq!(versions, (1..=10).collect());
}

async fn a_pause_counts_for_every_send_after_it(world: World) {
    sends_against(world, |world| async move {
        world.set_mode(Mode::Pause).await;
    })
    .await;
}

async fn an_opt_out_counts_for_every_send_after_it(world: World) {
    sends_against(world, |world| async move {
        let mut stop = world.message("another thread", "STOP");
        GUEST.clone_into(&mut stop.contact);
        world.ingest(&stop).await;
    })
    .await;
}

async fn new_facts_count_for_every_send_after_them(world: World) {
    sends_against(world, |world| async move {
        let dearer = example::FACTS_TOML.replace("amount = 90", "amount = 95");
        world.store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap();
    })
    .await;
}

const GUEST: &str = "guest@example.com";

/// I3 and I4: sends are asked for while something that forbids them is being written. None that is asked for after
/// that was acknowledged goes out.
async fn sends_against<F>(world: World, forbid: fn(Arc<World>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    world.open_for_business(Mode::Go).await;
    let (world, acknowledged) = (Arc::new(world), Arc::new(AtomicBool::new(false)));
    let mut jobs = ready_to_send(&world, 13).await;
    let last = jobs.pop().unwrap();
    let turns = together(jobs.len() + 1, |number| {
        let (world, acknowledged, job) =
            (Arc::clone(&world), Arc::clone(&acknowledged), jobs.get(number).cloned());
        async move {
            let Some(job) = job else {
                forbid(world).await;
                acknowledged.store(true, Ordering::SeqCst);
                return None;
            };
            let asked_after = acknowledged.load(Ordering::SeqCst);
            let goes = matches!(world.begin_send(&job).await, SendTurn::Go(_));
            Some((asked_after, goes))
        }
    })
    .await;
    assert!(!turns.contains(&Some((true, true))), "{turns:?}");
    assert!(matches!(world.begin_send(&last).await, SendTurn::Stopped(_)));
    assert_eq!(broken(&mut world.raw().await).await, [""; 0]);
    world.assert_no_deadlock().await;
}

/// Claimed dispatch jobs of replies that name a price, each on a thread of its own, all to one guest.
async fn ready_to_send(world: &World, count: usize) -> Vec<Job> {
    for number in 0..count {
        let mut message = world.message(&format!("thread-{number}"), "What does a double room cost?");
        GUEST.clone_into(&mut message.contact);
        world.ingest(&message).await;
    }
    world.pass_ms(QUIET_MS);
    for kind in [JobKind::Classify, JobKind::Draft] {
        for job in world.claim(kind).await {
            let written = world.written("A double room is €90 per night.").await;
            let done = if kind == JobKind::Classify { decided() } else { written };
            world.settle(&job, Outcome::Step(Box::new(done))).await;
        }
    }
    let jobs = world.claim(JobKind::Dispatch).await;
    assert_eq!(jobs.len(), count);
    jobs
}
