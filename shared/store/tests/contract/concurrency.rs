//! Many at once: nothing lost, nothing twice, and no collision that a caller gets to see.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use prospector_domain::{
    candidate::CandidateState,
    id::{IntentId, JobId},
    job::{Job, JobKind},
    mode::Mode,
    record::Direction,
};
use prospector_store::{
    Advance, Advanced, ClaimOptions, Idempotency, InboundMessage, Ingested, NewJob, Outcome, Receipt,
    SendTurn, StoreError,
};
use tokio::task::JoinSet;

use crate::{
    contract,
    invariants::broken,
    world::{CLEAN, LEASE_MS, QUIET_MS, World, decided, delivered, rules},
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
    everything_at_once_comes_to_rest,
];

/// Runs `count` copies of a task and gathers what they return.
async fn together<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
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
                let due = store.due_jobs(now, JobKind::Classify, 100).await.unwrap();
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
        let text = prospector_domain::example::FACTS_TOML
            .replace("amount = 90", &format!("amount = {}", 100 + number));
        async move { store.publish_facts(now, "Quinn", &text).await.unwrap() }
    })
    .await
    .into_iter()
    .collect();
    assert_eq!(versions, (1..=10).collect());
}

/// What all tasks of the great mixture share.
struct Mixture {
    world: World,
    /// How often each intent was delivered.
    deliveries: Mutex<BTreeMap<IntentId, u32>>,
    accepted: Mutex<Vec<Receipt>>,
    replies: Mutex<u32>,
    /// True once nobody writes any more.
    quiet: AtomicBool,
}

const THREADS: [&str; 5] = ["a", "b", "c", "d", "e"];

async fn everything_at_once_comes_to_rest(world: World) {
    world.open_for_business(Mode::Go).await;
    let mixture = Arc::new(Mixture {
        world,
        deliveries: Mutex::default(),
        accepted: Mutex::default(),
        replies: Mutex::default(),
        quiet: AtomicBool::new(false),
    });
    let workers = together(3, |_| {
        let mixture = Arc::clone(&mixture);
        async move { mixture.work().await }
    });
    let writers = async {
        together(4, |number| {
            let mixture = Arc::clone(&mixture);
            async move { if number < 3 { mixture.write(number).await } else { mixture.operate().await } }
        })
        .await;
        mixture.write_last().await;
        mixture.quiet.store(true, Ordering::SeqCst);
    };
    tokio::join!(workers, writers);
    mixture.check().await;
}

impl Mixture {
    /// Takes batches in, over the same threads in different orders.
    async fn write(&self, number: usize) {
        for round in 0..12 {
            let batch: Vec<InboundMessage> = (0..4)
                .map(|step| {
                    let at = if number.is_multiple_of(2) { round + step } else { round + 8 - step };
                    let text = if (round + step) % 9 == 8 { "STOP" } else { "Do you have a room?" };
                    self.world.message(THREADS[at % THREADS.len()], text)
                })
                .collect();
            let now = self.world.pass_ms(QUIET_MS / 3);
            for result in self.world.store.ingest(now, &batch).await.unwrap() {
                let Ingested::Accepted(receipt, _) = result else { panic!("{result:?}") };
                self.accepted.lock().unwrap().push(receipt);
            }
        }
    }

    /// One message more on each thread that nothing stands in the way of.
    async fn write_last(&self) {
        for thread in THREADS {
            let receipt = self.world.say(thread, "START").await;
            self.world.store.give_back(self.world.now(), receipt.thread_id, "Quinn").await.unwrap();
            self.accepted.lock().unwrap().push(receipt);
        }
    }

    /// Does what operators do, at moments when it may be too late.
    async fn operate(&self) {
        let store = &self.world.store;
        for round in 0..40 {
            tokio::task::yield_now().await;
            let Some(receipt) = self.accepted.lock().unwrap().last().cloned() else { continue };
            let now = self.world.now();
            let acted = match round % 6 {
                0 => store.take_over(now, receipt.thread_id, "Quinn").await,
                1 => store.give_back(now, receipt.thread_id, "Quinn").await.map(|_| ()),
                2 => store.reject(now, receipt.candidate_id, "Quinn").await,
                3 => store.approve(now, receipt.candidate_id, "Quinn", Some(CLEAN)).await.map(|_| ()),
                4 => {
                    let external = format!("phone-{round}");
                    let noted =
                        store.note_human_reply(now, receipt.thread_id, &external, "We talked", "Quinn").await;
                    *self.replies.lock().unwrap() += u32::from(noted.is_ok());
                    noted.map(|_| ())
                }
                _ => store.release_due(now, 10).await.map(|_| ()),
            };
            assert!(matches!(acted, Ok(()) | Err(StoreError::Refused(_))), "{acted:?}");
        }
    }

    /// A worker that takes whatever is due until nothing is left.
    async fn work(&self) {
        loop {
            let was_quiet = self.quiet.load(Ordering::SeqCst);
            let mut done = 0;
            for kind in [JobKind::Classify, JobKind::Draft, JobKind::Dispatch] {
                let due = self.world.store.due_jobs(self.world.now(), kind, 20).await.unwrap();
                let jobs = self.world.claim_ids(&due).await;
                done += jobs.len();
                let mut results = Vec::new();
                for job in &jobs {
                    results.extend(self.handle(job).await.map(|outcome| Advance::of(job, outcome)));
                }
                for result in self.world.store.advance(self.world.now(), &results).await {
                    result.unwrap();
                }
            }
            if was_quiet && done == 0 {
                let mut left = 0;
                for kind in [JobKind::Classify, JobKind::Draft, JobKind::Dispatch] {
                    left += self.world.store.unfinished_jobs(kind).await.unwrap();
                }
                if left == 0 {
                    return;
                }
                self.world.pass_ms(QUIET_MS);
            }
        }
    }

    async fn handle(&self, job: &Job) -> Option<Outcome> {
        match job.kind {
            JobKind::Classify => Some(Outcome::Step(Box::new(decided()))),
            JobKind::Draft => Some(Outcome::Step(Box::new(self.world.written(CLEAN).await))),
            _ => {
                let mut rules = rules();
                rules.admission.duplicate_window_ms = 0;
                let SendTurn::Go(order) = self.world.begin_send_under(job, &rules).await else { return None };
                *self.deliveries.lock().unwrap().entry(order.intent_id).or_default() += 1;
                Some(Outcome::Step(Box::new(delivered())))
            }
        }
    }

    async fn check(&self) {
        assert_eq!(broken(&mut self.world.raw().await).await, [""; 0]);
        let accepted = self.accepted.lock().unwrap().clone();
        assert_eq!(accepted.len(), 3 * 12 * 4 + THREADS.len());
        let mut sent = 0;
        for receipt in &accepted {
            let state = self.world.state(receipt.candidate_id).await;
            assert!(state.is_settled(), "{state}");
            sent += usize::from(state == CandidateState::Sent);
        }
        let deliveries = self.deliveries.lock().unwrap().clone();
        assert!(deliveries.values().all(|times| *times == 1), "{deliveries:?}");
        assert_eq!(deliveries.len(), sent);
        assert!(sent >= THREADS.len(), "the last message of each thread was answered");
        let mut outbound = 0;
        for thread in accepted.iter().map(|receipt| receipt.thread_id).collect::<BTreeSet<_>>() {
            let messages = self.world.store.thread_messages(thread, None, 1_000).await.unwrap();
            outbound += messages.iter().filter(|message| message.direction == Direction::Outbound).count();
        }
        assert_eq!(outbound, sent + usize::try_from(*self.replies.lock().unwrap()).unwrap());
        self.world.assert_no_deadlock().await;
    }
}
