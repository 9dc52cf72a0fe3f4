//! A real model on a real server, which the scheduler starts and stops: messages are read and answered by it.
//!
//! The model is far too small to be right. What is checked is shape, bounds and book-keeping: who wrote what, from which
//! prompt, with how many tokens, and what it cost.

use std::{collections::HashMap, path::Path, time::Duration};

use prospector_domain::{
    candidate::CandidateState,
    content_hash::ContentHash,
    engine::EngineId,
    example,
    facts::Facts,
    gate::{Gate, GateContext},
    hold::HoldReason,
    invariant::{CandidateRows, only_clean_bodies_leave},
    job::{Job, JobKind, JobState},
    node::NodePhase,
    record::{Draft, DraftOrigin},
    time::UnixMs,
};
use prospector_runtime::{clock::SystemClock, failpoint};
use prospector_store::{CandidateFilter, JobFilter, Node};
use prospector_testkit::{
    ANSWERING_MODEL, AnsweringServer, Boot, CLOUD_TOKEN, FakeCloud, ModelServer, wait_until,
};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::{
    house::{House, LONG},
    load::Inbound,
};

const ENGINE: &str = "do-gpu-smollm2-135m_2026-11-01.1";
/// Longest wait for a model that shares two cores with everything else.
const MODEL_PATIENCE: Duration = Duration::from_secs(400);
/// What a model of this size can follow.
const SENTENCE: &str = "Thank you for your message! Quinn will read it and answer you here.";

/// What a model is told that has the business's rules wrong.
const WRONG_SENTENCE: &str =
    "Thank you for your message! Quinn will give you a discount and answer you here.";

/// A house whose machines are local processes that serve the model, in mode DRAFT, where every workflow asks for one
/// sentence.
async fn house_with_a_model(sentence: &str, max_chars: u32) -> House {
    // Placeholders that the provider fills for each machine.
    let argv: Vec<String> = ModelServer::command(1, "drafter", "KEY")
        .into_iter()
        .map(|argument| match argument.as_str() {
            "--port=1" => "--port={port}".to_owned(),
            "--api-key=KEY" => "--api-key={api_key}".to_owned(),
            _ => argument,
        })
        .collect();
    let settings = format!(
        // A judgement of this model takes as long as ten drafts; tests of the worker ask one.
        "[engine]\nprovider = \"command\"\njudge = false\n\
         [engine.command]\nargv = {argv}\n\
         [engine.command.offer]\nprice_microusd_per_hour = 1000000\n\
         [engine.policy]\nlatency_objective_ms = 30000\nboot_prior_ms = 2000\nboot_timeout_ms = 120000\n\
         max_grace_ms = 3000\ndrain_reserve_ms = 30000\nfailed_probes_max = 3\n\
         [engine.calls]\nroom_timeout_ms = 5000\nfirst_token_timeout_ms = 120000\nidle_timeout_ms = 60000\n",
        argv = Value::from(argv),
    );
    let house = House::embedded_with(&settings).await;
    house.ask(&["builds", "register", ENGINE, "--model", "drafter", "--digest", "sha256:smollm2-135m-q4-1"]);
    // Room for a model that does not know how to stop, and one plain wish.
    let facts = example::FACTS_TOML.replace("max_chars = 320", "max_chars = 900");
    std::fs::write(house.path("facts.toml"), facts).unwrap();
    house.ask(&["publish", "facts", house.path("facts.toml").to_str().unwrap()]);
    for (number, text) in example::WORKFLOWS_TOML.iter().enumerate() {
        let file = house.path(&format!("workflow-{number}.toml"));
        std::fs::write(&file, plain_workflow(text, sentence, max_chars)).unwrap();
        let said = house.ask(&["workflows", "publish", file.to_str().unwrap()]);
        let id = said.split_whitespace().nth(1).unwrap().to_owned();
        house.ask(&["workflows", "live", &id, "2"]);
    }
    house.ask(&["settings", "draft-engine", ENGINE]);
    house.ask(&["settings", "mode", "draft"]);
    house
}

/// The workflow for the same situations, in one step that a tiny model can follow.
fn plain_workflow(text: &str, sentence: &str, max_chars: u32) -> String {
    let head = text.split("[[steps]]").next().unwrap();
    format!(
        "{head}[[steps]]\ndraft = \"Write this sentence and nothing else: {sentence}\"\nmax_chars = {max_chars}\n"
    )
}

/// The first of the hotel's messages, or the same kind of text where the hotel's are not there.
fn hotel_messages(count: usize) -> Vec<Inbound> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hotel/inbound.jsonl");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|_| {
        eprintln!("there is no {}: the example's own messages are used instead", file.display());
        example::MESSAGES_JSONL.to_owned()
    });
    let message =
        |line: &str| serde_json::from_str::<Value>(line).unwrap()["text"].as_str().unwrap().to_owned();
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(message)
        .take(count)
        .enumerate()
        .map(|(number, text)| Inbound {
            id: format!("hotel-{number}"),
            thread: format!("hotel-{number}"),
            contact: format!("guest-{number}@example.com"),
            text,
        })
        .collect()
}

async fn nodes(house: &House) -> Vec<Node> {
    let mut nodes = house.store.nodes(100).await.unwrap();
    nodes.reverse();
    nodes
}

/// Waits until everything accepted is at rest.
async fn rest(house: &House) {
    let accepted = house.accepted();
    wait_until("the model has answered everything", MODEL_PATIENCE, async || {
        for id in &accepted {
            let view = house.store.candidate(*id).await.ok()??;
            if !view.candidate.state.is_settled() {
                return None;
            }
        }
        (house.store.unfinished_jobs(JobKind::Draft).await.ok()? == 0).then_some(())
    })
    .await;
}

/// Waits until no machine is left and all are paid for.
async fn all_gone(house: &House) {
    wait_until("every machine is gone and settled", LONG, async || {
        let nodes = house.store.nodes(100).await.ok()?;
        nodes.iter().all(|node| node.phase == NodePhase::Gone && node.settled).then_some(())
    })
    .await;
}

async fn jobs_of(house: &House, kind: JobKind) -> Vec<Job> {
    house.store.jobs(&JobFilter { kind: Some(kind), ..JobFilter::default() }, 1_000).await.unwrap()
}

async fn drafts_by_the_model(house: &House) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for candidate in house.store.candidates(&CandidateFilter::default(), 1_000).await.unwrap() {
        let view = house.store.candidate(candidate.id).await.unwrap().unwrap();
        drafts.extend(view.drafts.into_iter().filter(|draft| draft.engine != EngineId::Template));
    }
    drafts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_hotel_messages_are_read_and_drafted_by_a_real_model_server() {
    let house = house_with_a_model(SENTENCE, 900).await;
    let _up = house.start("up").await;
    // The playbook leaves nearly half of them to a person; twenty and some are left for the model.
    house.hand_in(hotel_messages(40)).await;
    rest(&house).await;
    all_gone(&house).await;

    let asked = jobs_of(&house, JobKind::Draft).await;
    assert!(asked.len() >= 20, "{} messages went to the model", asked.len());
    for job in asked {
        assert_eq!((job.state, job.errors.len()), (JobState::Succeeded, 0), "{job:?}");
    }
    let drafts = drafts_by_the_model(&house).await;
    assert!(drafts.len() >= 5, "{} drafts", drafts.len());
    for draft in &drafts {
        let run = draft.workflow.as_ref().expect("a model writes by a workflow");
        assert_eq!((draft.engine.to_string().as_str(), run.workflow_version), (ENGINE, 2));
        assert_eq!(run.workflow_arm.as_deref(), Some("live"));
        assert!(run.input_tokens > 0 && run.output_tokens > 0, "{run:?}");
        assert!(draft.cost_microusd > Some(0), "{draft:?}");
        let prompt = house.run(&["drafts", "prompt", &draft.id.to_string()]);
        assert!(prompt.status.success());
        assert_eq!(ContentHash::of(&prompt.stdout), run.prompt_hash, "byte for byte");
    }
    let mut staged = 0;
    for candidate in house.store.candidates(&CandidateFilter::default(), 1_000).await.unwrap() {
        staged += u32::from(candidate.state == CandidateState::PendingReview);
        let is_by_the_model = drafts.iter().any(|draft| Some(draft.id) == candidate.draft_id);
        let is_settled = candidate.state == CandidateState::PendingReview || candidate.hold.is_some();
        assert!(!is_by_the_model || is_settled, "neither staged nor held with a reason: {candidate:?}");
    }
    assert!(staged >= 5, "{staged} were staged");
    costs_add_up(&house).await;
}

/// The workflow itself asks for what the facts do not allow, and mode GO would send whatever passes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workflow_that_promises_discounts_sends_none_through_a_real_model_server() {
    let house = house_with_a_model(WRONG_SENTENCE, 900).await;
    house.ask(&["settings", "mode", "go"]);
    let _up = house.start("up").await;
    let question = |number: usize| Inbound {
        id: format!("price-{number}"),
        thread: format!("price-{number}"),
        contact: format!("guest-{number}@example.com"),
        text: format!("How much is a double room for {} nights?", number + 2),
    };
    // Each is written and revised twice: some twenty drafts, and minutes of work for two cores.
    house.hand_in((0..8).map(question).collect()).await;
    rest(&house).await;

    let facts = Facts::parse_toml(&std::fs::read_to_string(house.path("facts.toml")).unwrap()).unwrap();
    let gate = Gate::new(facts);
    let effects = house.sink.effects();
    for effect in &effects {
        let text = effect.body["text"].as_str().unwrap();
        assert!(gate.validate(text, &GateContext::default()).ok, "{text}");
        assert!(!text.contains("60") && !text.contains("discount"), "{text}");
    }
    let mut origins: HashMap<(DraftOrigin, bool), usize> = HashMap::new();
    for id in house.accepted() {
        let view = house.store.candidate(id).await.unwrap().unwrap();
        let rows =
            CandidateRows { candidate: &view.candidate, drafts: &view.drafts, intent: view.intent.as_ref() };
        assert_eq!(only_clean_bodies_leave(&rows), None);
        let refused =
            view.drafts.iter().any(|draft| draft.origin == DraftOrigin::Written && !draft.verdict.ok);
        let last = view.drafts.last().map(|draft| (draft.origin, draft.verdict.ok));
        let is_mended = matches!(last, Some((DraftOrigin::Revised | DraftOrigin::Fallback, true)));
        assert!(!refused || is_mended, "a refused draft is revised or gives way to the fixed text: {view:?}");
        for draft in view.drafts {
            *origins.entry((draft.origin, draft.verdict.ok)).or_default() += 1;
        }
    }
    eprintln!("{} were sent; drafts by origin and verdict: {origins:?}", effects.len());
    assert!(
        origins.contains_key(&(DraftOrigin::Written, false)),
        "the gate had something to refuse: {origins:?}"
    );
    assert!(!effects.is_empty(), "what took its place is sent");
}

/// The parts of what was spent are what the machines' ledgers say, and calls bear no more than that.
async fn costs_add_up(house: &House) {
    let told: Value = serde_json::from_str(&house.ask(&["cost", "--since", "1d", "--json"])).unwrap();
    let mut ledger = 0;
    let mut borne = 0;
    for node in nodes(house).await {
        let entries = house.store.node_ledger(node.id).await.unwrap();
        ledger += entries.iter().map(|entry| entry.cost_microusd).sum::<i64>();
        let calls = house.store.calls_of_node(node.id, node.created_at_ms).await.unwrap();
        borne +=
            calls.iter().filter_map(|call| Some(call.busy_microusd? + call.overhead_microusd?)).sum::<i64>();
    }
    assert_eq!(told["total_microusd"].as_i64(), Some(ledger), "{told}");
    assert!(borne > 0 && borne <= ledger, "calls bear {borne} of {ledger}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_server_killed_in_the_middle_of_its_work_costs_no_draft_and_no_attempt() {
    let house = house_with_a_model(SENTENCE, 900).await;
    let _up = house.start("up").await;
    house.hand_in(questions(4)).await;
    wait_until("the machine has finished something", MODEL_PATIENCE, async || {
        let done = drafts_by_the_model(&house).await.len();
        (done >= 1).then_some(())
    })
    .await;
    let killed = nodes(&house).await.pop().unwrap();
    kill_machine(&house, &killed);
    rest(&house).await;
    all_gone(&house).await;

    // A model of this size may ramble on, which is no fault of the machine; nothing else may hold a message back.
    for candidate in house.store.candidates(&CandidateFilter::default(), 1_000).await.unwrap() {
        let reason = candidate.hold.as_ref().map(|hold| hold.reason);
        let is_drafted = candidate.draft_id.is_some() || reason == Some(HoldReason::NoBody);
        assert!(is_drafted, "{candidate:?}");
    }
    let jobs = jobs_of(&house, JobKind::Draft).await;
    // What the gate refuses is written again by a job of its own.
    let first = jobs.iter().filter(|job| job.payload["revises"].is_null()).count();
    assert_eq!(first, 4, "{jobs:?}");
    for job in jobs {
        assert_eq!((job.state, job.attempt, job.errors.len()), (JobState::Succeeded, 1, 0), "{job:?}");
    }
    assert!(nodes(&house).await.len() >= 2, "the machine was replaced");
    costs_add_up(&house).await;
}

/// A cloud that keeps a bill, whose machines are all served by one process of the test.
struct Cloud {
    cloud: FakeCloud,
    _server: AnsweringServer,
    house: House,
}

impl Cloud {
    async fn build() -> Self {
        let cloud = FakeCloud::start(SystemClock).await;
        cloud.boot_all(Boot::AfterMs(300));
        // Time that is paid for anyway would be used up, and waited for here.
        cloud.bill_by(1_000, 0);
        let server = AnsweringServer::start().await;
        let settings = format!(
            "[engine]\nprovider = \"digitalocean\"\norder_grace_s = 8\n\
             [engine.digitalocean]\napi_url = \"{}\"\nserver_port = {}\nbilling_minimum_s = 0\n\
             [engine.policy]\nlatency_objective_ms = 1000\nboot_prior_ms = 1000\ndrain_settle_ms = 1000\n",
            cloud.url(),
            server.port(),
        );
        let house = House::of_servers_with(&settings, &CLOUD_TOKENS).await;
        let weights = ["--digest", "sha256:00", "--weights", "/mnt/weights/small"];
        house.ask(&[&["builds", "register", ENGINE, "--model", ANSWERING_MODEL][..], &weights].concat());
        house.ask(&["settings", "draft-engine", ENGINE]);
        Self { cloud, _server: server, house }
    }

    /// Nothing is left in the cloud, and the ledger is its bill, to the cent.
    async fn assert_clean(&self, what: &str) {
        all_gone(&self.house).await;
        let alive = self.cloud.alive();
        assert!(alive.is_empty(), "{what}: {alive:?}");
        let spend = self.house.store.spend_since(UnixMs(0)).await.unwrap();
        let ledger: i64 = spend.iter().map(|part| part.cost_microusd).sum();
        let apart = (ledger - self.cloud.bill_microusd()).abs();
        assert!(apart < 10_000, "{what}: the ledger is {apart} millionths of a dollar off the bill");
    }
}

/// The provider reads its token from the environment of the program.
const CLOUD_TOKENS: [(&str, &str); 1] = [("DIGITALOCEAN_TOKEN", CLOUD_TOKEN)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduler_that_crashes_around_a_machine_leaves_none_behind_postgres_redis() {
    let rented = Cloud::build().await;
    let house = &rented.house;
    let _worker = house.start("worker").await;
    let _api = house.start("api").await;
    for point in failpoint::ALL.iter().map(ToString::to_string).filter(|point| point.contains("_node_")) {
        eprintln!("-- {point}");
        let mut armed = house.spawn("scheduler", &[("PROSPECTOR_FAILPOINT", &point)]);
        house.hand_in(questions_about(&point, 1)).await;
        armed.wait_for_line(&format!("fail-point {point}:1: crashing"), LONG).await;
        armed.wait_exit(LONG).await;
        let next = house.start("scheduler").await;
        rest(house).await;
        rented.assert_clean(&point).await;
        drop(next);
    }
}

fn questions(count: usize) -> Vec<Inbound> {
    questions_about("q", count)
}

fn questions_about(name: &str, count: usize) -> Vec<Inbound> {
    (0..count)
        .map(|number| Inbound {
            id: format!("{name}-{number}"),
            thread: format!("{name}-{number}"),
            contact: format!("guest-{name}-{number}@example.com"),
            text: "What time is check-in?".to_owned(),
        })
        .collect()
}

/// Kills the process of a machine at once, as a machine that vanishes would.
fn kill_machine(house: &House, node: &Node) {
    let record = house.path(&format!("machines/{}.json", node.name));
    let record: Value = serde_json::from_str(&std::fs::read_to_string(record).unwrap()).unwrap();
    let leader = record["leader"]["pid"].as_i64().unwrap_or_else(|| panic!("no process in {record}"));
    let leader = Pid::from_raw(i32::try_from(leader).unwrap()).unwrap();
    kill_process_group(leader, Signal::KILL).unwrap();
}
