//! A new release: every process of an installation is replaced by the next, one after another, while messages come in.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use prospector_domain::job::JobKind;
use prospector_testkit::{PortLease, Program, PrometheusServer, ScrapeTarget, TcpProxy, wait_until};
use reqwest::StatusCode;
use strum::VariantArray as _;
use tokio::{sync::Semaphore, task::JoinHandle, time::MissedTickBehavior};

use crate::{
    client::Client,
    house::{House, LONG, PATIENT, Variable},
    load::{Inbound, question},
};

/// Two hundred messages a second.
const EVERY: Duration = Duration::from_millis(5);
/// Requests under way at once, at most: a machine that cannot keep up, such as one that runs unoptimised builds on two
/// cores, gets fewer messages, not later answers. Run it with `--release` for all two hundred a second.
const UNDER_WAY: usize = if cfg!(debug_assertions) { 4 } else { 32 };
/// Pause before a request is made a second time.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// Longest wait for the work that has gathered.
const UNTIL_DONE: Duration = Duration::from_secs(240);

/// For processes that crowd two cores: a wait for the database or Redis is no fault of theirs.
const UNWEARIED: &[Variable<'static>] = &[
    ("PROSPECTOR_DATABASE__ACQUIRE_TIMEOUT_MS", "30000"),
    ("PROSPECTOR_QUEUE__RESPONSE_TIMEOUT_MS", "30000"),
];

/// What came of the messages that were handed in.
#[derive(Debug, Default)]
struct Tally {
    accepted: AtomicUsize,
    /// Requests that had to be made a second time.
    again: AtomicUsize,
    /// What a client that tries once more was told in the end.
    failed: Mutex<Vec<String>>,
}

/// Hands one message in, and a second time when the first time failed.
async fn hand_in(client: &Client, message: &Inbound, tally: &Tally) {
    for second in [false, true] {
        let said = match client.post(message).await {
            Ok(answer) if matches!(answer.status(), StatusCode::ACCEPTED | StatusCode::OK) => {
                tally.accepted.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Ok(answer) => answer.status().to_string(),
            Err(error) => format!("{error:?}"),
        };
        if second {
            tally.failed.lock().unwrap().push(said);
        } else {
            tally.again.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }
}

/// Hands messages in at an even pace until told to stop.
fn feed(client: Client, tally: Arc<Tally>, stop: Arc<AtomicBool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut pace = tokio::time::interval(EVERY);
        pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let room = Arc::new(Semaphore::new(UNDER_WAY));
        for number in 0.. {
            pace.tick().await;
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let slot = Arc::clone(&room).acquire_owned().await.unwrap();
            let (client, tally) = (client.clone(), Arc::clone(&tally));
            tokio::spawn(async move {
                hand_in(&client, &question("rolling", number), &tally).await;
                drop(slot);
            });
        }
        drop(room.acquire_many(UNDER_WAY.try_into().unwrap()).await);
    })
}

/// Asks a process to stop, waits until it has finished what it had, and starts its successor.
async fn replace(program: &mut Program, start: impl AsyncFn() -> Program) {
    program.sigterm();
    let ended = program.wait_exit(LONG).await;
    assert!(ended.success(), "{ended:?}");
    *program = start().await;
}

/// One role at one address, whichever process plays it at the moment.
struct Place {
    role: &'static str,
    job: &'static str,
    port: PortLease,
}

impl Place {
    fn of(role: &'static str, job: &'static str) -> Self {
        Self { role, job, port: PortLease::take() }
    }

    fn target(&self) -> ScrapeTarget {
        ScrapeTarget { job: self.job, address: self.port.address() }
    }

    async fn fill(&self, house: &House) -> Program {
        match self.role {
            "api" => house.start_api_at(&self.port).await,
            role => house.start_serving(role, self.port.address()).await,
        }
    }
}

/// Workers first, then schedulers, then APIs, as the operating guide says.
fn places() -> Vec<Place> {
    let worker = || Place::of("worker", "prospector-worker");
    let scheduler = || Place::of("scheduler", "prospector-scheduler");
    let api = || Place::of("api", "prospector-api");
    vec![worker(), worker(), worker(), scheduler(), scheduler(), api(), api()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_process_is_replaced_under_load_and_nobody_notices() {
    let house = House::of_servers_with("", &[PATIENT, UNWEARIED].concat()).await;
    let places = places();
    let targets: Vec<ScrapeTarget> = places.iter().map(Place::target).collect();
    let prometheus = PrometheusServer::start(&targets, &[]);
    let apis: Vec<u16> =
        places.iter().filter(|place| place.role == "api").map(|place| place.port.port()).collect();
    let proxy = TcpProxy::before(&apis);
    let client = Client::new(proxy.port(), house.client.key());
    let mut programs = Vec::new();
    for place in &places {
        programs.push(place.fill(&house).await);
    }

    let (tally, stop) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
    let feeding = feed(client, Arc::clone(&tally), Arc::clone(&stop));
    prometheus.wait_for("sum(up)", LONG, |up| up.iter().any(|one| one.value >= 7.0)).await;
    let mut leads = Vec::new();
    for (place, program) in places.iter().zip(&mut programs) {
        leads.extend(leads_of(program));
        replace(program, async || place.fill(&house).await).await;
    }
    stop.store(true, Ordering::Relaxed);
    feeding.await.unwrap();
    let accepted = tally.accepted.load(Ordering::Relaxed);
    let again = tally.again.load(Ordering::Relaxed);
    eprintln!("{accepted} messages accepted while seven processes were replaced, {again} at the second try");
    assert!(
        accepted >= 100 && again <= accepted / 10,
        "{accepted} messages are no load, or {again} too many tries"
    );
    assert_eq!(*tally.failed.lock().unwrap(), [""; 0], "a client that tries once more noticed");

    wait_until("all work is done", UNTIL_DONE, async || {
        for kind in JobKind::VARIANTS {
            if house.store.unfinished_jobs(*kind).await.ok()? > 0 {
                return None;
            }
        }
        Some(())
    })
    .await;
    assert_eq!(
        by_state(&house),
        BTreeMap::from([("sent".to_owned(), accepted)]),
        "every question is answered"
    );
    let taken = house.sink.received().iter().filter(|one| one.taken).count();
    assert_eq!((taken, house.sink.repeats()), (accepted, 0), "each once, and none was even tried twice");
    let attempts = house.sql("SELECT count(*) FROM jobs WHERE attempt <> 1 OR errors <> '[]'");
    assert_eq!(attempts, "0", "stopping costs no attempt");

    // Each lead is an epoch of its own, under which nobody else can act.
    leads.extend(programs.iter().flat_map(leads_of));
    let distinct: BTreeSet<&String> = leads.iter().collect();
    assert!(
        leads.len() >= 2 && distinct.len() == leads.len(),
        "the lead moved on, to one at a time: {leads:?}"
    );
    // A process that has ended leads, to whoever scrapes it, until the next scrape finds it gone.
    prometheus.settled(&targets, LONG).await;
    let most = "max_over_time(min_over_time(sum(prospector_scheduler_leading)[3s:1s])[10m:1s])";
    let most = prometheus.query(most).unwrap();
    let most: Vec<f64> = most.iter().map(|sample| sample.value).collect();
    assert_eq!(most, [1.0], "exactly one led, but for the length of a scrape");
}

/// The epochs in which a program led, as it says itself.
fn leads_of(program: &Program) -> Vec<String> {
    let lines = program.lines().into_iter().filter(|line| line.contains("leads from now on"));
    lines.map(|line| line.split("leader.epoch=").nth(1).unwrap().to_owned()).collect()
}

fn by_state(house: &House) -> BTreeMap<String, usize> {
    let rows = house.sql("SELECT state, count(*) FROM candidates GROUP BY state");
    rows.lines()
        .map(|row| {
            let (state, count) = row.split_once('|').unwrap();
            (state.to_owned(), count.parse().unwrap())
        })
        .collect()
}
