//! Writers, workers and an operator at once, over the same few threads, until everything has come to rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use prospector_domain::{
    candidate::CandidateState,
    id::IntentId,
    job::{Job, JobKind},
    mode::Mode,
    record::Direction,
};
use prospector_store::{Advance, InboundMessage, Ingested, Outcome, Receipt, SendTurn, StoreError};

use crate::{
    concurrency::together,
    contract,
    invariants::broken,
    world::{CLEAN, QUIET_MS, World, decided, delivered, rules},
};

contract![everything_at_once_comes_to_rest];

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
                let due = self.world.store.due_jobs(self.world.now(), kind, None, 20).await.unwrap();
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
