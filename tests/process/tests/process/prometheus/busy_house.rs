//! A house in which nearly everything that is counted happens within seconds: replies by rules and by a model on a rented
//! machine, drafts that the gate refuses, judgements, holds, webhooks that fail, and a worker, a Redis and a provider that
//! are away for a moment.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use prospector_domain::node::NodePhase;
use prospector_runtime::clock::{Stopwatch, SystemClock};
use prospector_testkit::{
    ANSWERING_MODEL, AnsweringServer, Boot, CLOUD_TOKEN, CloudRefusal, FakeCloud, PortLease, Program,
    PrometheusServer, ScrapeTarget, SinkAnswer, TcpProxy, wait_until,
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::expressions::rule_files;
use crate::{
    house::{House, LONG},
    load::{Inbound, mixed},
    settings_file::LEASE_MS,
};

const ENGINE: &str = "do-gpu-small_1";
/// One step, so that every text is one answer.
const WORKFLOW: &str = "id = \"price\"\nname = \"What a stay costs\"\ncontext = [\"voice\"]\n\
     [applies_to]\ntemplate_keys = [\"②\", \"⑧\"]\n\
     [[steps]]\ndraft = \"Answer with the facts given.\"\nmax_chars = 300\n";
const RIGHT: &str = "A double room is €90 per night.";
const WRONG: &str = "A double room is €80 per night.";
/// A machine under our name that no row stands for.
const ORPHAN: &str = "prospector-0193a5b0-0000-7000-8000-000000000001";

/// The house, its programs, and the Prometheus that watches them.
pub(crate) struct BusyHouse {
    pub(crate) prometheus: PrometheusServer,
    pub(crate) targets: Vec<ScrapeTarget>,
    house: House,
    cloud: FakeCloud,
    wire: TcpProxy,
    _model: AnsweringServer,
    worker: Program,
    _others: Vec<Program>,
    _stream: Response,
    ports: [PortLease; 4],
    watch: Stopwatch,
}

impl BusyHouse {
    /// Everything runs and was scraped; nothing has happened yet.
    pub(crate) async fn build() -> Self {
        let watch = Stopwatch::start();
        let cloud = FakeCloud::start(SystemClock).await;
        cloud.boot_all(Boot::AfterMs(300));
        cloud.bill_by(1_000, 0);
        let model = AnsweringServer::saying(scripted()).await;
        let wire = TcpProxy::start(model.port());
        let house = furnished(&cloud, wire.port()).await;
        let ports: [PortLease; 4] = std::array::from_fn(|_| PortLease::take());
        let roles =
            ["prospector-scheduler", "prospector-scheduler", "prospector-worker", "prospector-worker"];
        let mut targets: Vec<ScrapeTarget> = roles
            .iter()
            .zip(&ports)
            .map(|(job, port)| ScrapeTarget { job, address: port.address() })
            .collect();
        targets.push(ScrapeTarget { job: "prospector-api", address: house.api_address() });
        let api = house.start("api").await;
        let [one, two, three, four] = ports.each_ref().map(PortLease::address);
        let others = vec![
            api,
            house.start_serving("scheduler", one).await,
            house.start_serving("scheduler", two).await,
            house.start_serving("worker", three).await,
        ];
        let worker = house.start_serving("worker", four).await;
        let prometheus = PrometheusServer::start(&targets, &rule_files());
        let stream = follow_events(&house).await;
        let busy = Self {
            prometheus,
            targets,
            house,
            cloud,
            wire,
            _model: model,
            worker,
            _others: others,
            _stream: stream,
            ports,
            watch,
        };
        // What is counted from now on rises from a sample that has it at zero.
        busy.prometheus.settled(&busy.targets, LONG).await;
        busy.noted("everything is scraped");
        busy
    }

    /// Lets everything happen, and waits until it shows and all is at rest again.
    pub(crate) async fn live(&mut self) {
        self.kill_a_job().await;
        // Seen while a machine comes up, because the provider is asked for its list more often then.
        self.cloud.add_droplet(ORPHAN, &[]);
        self.house
            .sink
            .answer_next([SinkAnswer::Refuse(503, Vec::new()), SinkAnswer::Refuse(422, Vec::new())]);
        self.house.hand_in(mixed("early", 10)).await;
        self.fail_a_list().await;
        self.seen("prospector_nodes{phase=\"ready\"}").await;
        self.lose_leases().await;
        self.lose_redis().await;
        self.house.settle().await;
        self.noted("all is at rest");
        self.machines_are_gone().await;
        self.noted("every machine is gone");
        self.prometheus.settled(&self.targets, LONG).await;
    }

    /// A single job that the receiver refuses for good, after the API refused to take it from somebody it does not know.
    async fn kill_a_job(&self) {
        self.house.sink.answer_next([SinkAnswer::Refuse(422, Vec::new())]);
        let payload =
            json!({"contact": "guest@example.com", "channel": "sms", "body": "Thank you, and see you soon!"});
        let job = json!({"kind": "dispatch", "payload": payload});
        let key = self.house.ask(&["keys", "create", "--name", "upstream", "--scopes", "enqueue,operate"]);
        let url = format!("http://{}/v1/jobs", self.house.api_address());
        let ask = |key: &str| http().post(&url).bearer_auth(key).json(&job).send();
        assert_eq!(ask("of nobody").await.unwrap().status(), StatusCode::UNAUTHORIZED);
        assert_eq!(ask(key.trim()).await.unwrap().status(), StatusCode::ACCEPTED);
        self.seen("prospector_job_failures_total").await;
    }

    /// The provider fails once while it is asked whether the machine is up. An order that met this would be put off for half
    /// a minute, and a machine at rest is not asked for so often.
    async fn fail_a_list(&self) {
        wait_until("a machine is ordered", LONG, async || (self.cloud.creates() > 0).then_some(())).await;
        self.cloud.fail_reads([CloudRefusal::Status(500)]);
        self.seen("prospector_provider_failures_total").await;
    }

    /// The model answers nobody, so that calls wait for room; a worker that holds some of them is frozen until its jobs are
    /// somebody else's.
    async fn lose_leases(&self) {
        self.wire.stall();
        self.house.hand_in(questions(24)).await;
        // At this very worker, and for longer than the last scrape is old.
        self.seen(&format!("gen_ai_endpoint_waiting{{instance=\"{}\"}}", self.worker_address())).await;
        self.worker.pause();
        self.seen("prospector_jobs_rescued_total").await;
        self.worker.resume();
        self.seen("prospector_leases_lost_total").await;
        self.wire.heal();
    }

    /// Redis is away until a duty has failed over it.
    async fn lose_redis(&mut self) {
        self.house.servers().redis.pause();
        self.seen("prospector_duty_failures_total").await;
        self.house.servers().redis.resume();
    }

    async fn machines_are_gone(&self) {
        wait_until("every machine is gone and settled", LONG, async || {
            let nodes = self.house.store.nodes(100).await.ok()?;
            nodes.iter().all(|node| node.phase == NodePhase::Gone && node.settled).then_some(())
        })
        .await;
    }

    /// The instance of the worker that is frozen.
    fn worker_address(&self) -> SocketAddr {
        self.ports[3].address()
    }

    /// Waits until a metric is above zero somewhere.
    async fn seen(&self, metric: &str) {
        self.prometheus.wait_for(&format!("{metric} > 0"), LONG, |samples| !samples.is_empty()).await;
        self.noted(metric);
    }

    /// Says in the output of the test when something was there.
    fn noted(&self, what: &str) {
        eprintln!("{:>6.1} s  {what}", self.watch.elapsed_s());
    }
}

async fn furnished(cloud: &FakeCloud, model_port: u16) -> House {
    let settings = format!(
        "[engine]\nprovider = \"digitalocean\"\norder_grace_s = 8\n\
         [engine.digitalocean]\napi_url = \"{}\"\nserver_port = {model_port}\nbilling_minimum_s = 0\nread_attempts = 1\n\
         [engine.policy]\nlatency_objective_ms = 1000\nboot_prior_ms = 1000\ndrain_settle_ms = 1000\n\
         max_grace_ms = 2000\nfailed_probes_max = 100\n\
         [engine.calls]\nroom_timeout_ms = 60000\n\
         [worker.judge]\nlease_ms = {LEASE_MS}\n",
        cloud.url(),
    );
    let house = House::of_servers_with(&settings, &[("DIGITALOCEAN_TOKEN", CLOUD_TOKEN)]).await;
    let weights = ["--digest", "sha256:00", "--weights", "/mnt/weights/small"];
    house.ask(&[&["builds", "register", ENGINE, "--model", ANSWERING_MODEL][..], &weights].concat());
    let file = house.path("price.toml");
    std::fs::write(&file, WORKFLOW).unwrap();
    house.ask(&["workflows", "publish", file.to_str().unwrap()]);
    house.ask(&["workflows", "live", "price", "2"]);
    house.ask(&["settings", "draft-engine", ENGINE]);
    house
}

/// What the model says: every second draft is wrong, every second revision as well, and judges are of three minds.
fn scripted() -> impl Fn(&Value) -> String + Send + Sync + 'static {
    let (drafts, revisions, judgements) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let turn = |count: &AtomicUsize| count.fetch_add(1, Ordering::Relaxed);
    move |request| {
        let asked = request.to_string();
        let message = |text: &str| json!({ "message": text }).to_string();
        if asked.contains("problems") {
            return judgement(turn(&judgements));
        }
        let count = if asked.contains("faults of the message") { &revisions } else { &drafts };
        message(if turn(count) % 2 == 0 { WRONG } else { RIGHT })
    }
}

fn judgement(turn: usize) -> String {
    let problem =
        |quote: &str| json!({"quote": quote, "why": "nobody said so", "criterion": "invents_facts"});
    match turn % 3 {
        0 => json!({ "problems": [problem("a free breakfast")] }).to_string(),
        1 => json!({ "problems": [problem("per night")] }).to_string(),
        _ => "I cannot say.".to_owned(),
    }
}

fn questions(count: usize) -> Vec<Inbound> {
    (0..count)
        .map(|number| Inbound {
            id: format!("price-{number}"),
            thread: format!("price-{number}"),
            contact: format!("guest-price-{number}@example.com"),
            text: "How much is a double room?".to_owned(),
        })
        .collect()
}

/// Speaks to the API itself, whatever proxy the environment names.
fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A reader of the trail of events, who stays.
async fn follow_events(house: &House) -> Response {
    let key = house.ask(&["keys", "create", "--name", "reader", "--scopes", "read"]);
    let url = format!("http://{}/v1/events", house.api_address());
    let stream = http().get(url).bearer_auth(key.trim()).send().await.unwrap();
    assert!(stream.status().is_success(), "{stream:?}");
    stream
}
