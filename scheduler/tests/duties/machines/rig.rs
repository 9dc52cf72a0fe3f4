//! A scheduler, a store, a cloud and a server, and work that waits.

use std::sync::Arc;

use ai_harness::{
    client::{ClientOptions, InferenceClient},
    providers::{DigitalOceanProvider, DigitalOceanSecrets, DigitalOceanSettings, Provider},
};
use prospector_domain::{
    engine::EngineId,
    example,
    id::{CallId, CandidateId, JobId, NodeId},
    job::{Job, JobKind},
    mode::Mode,
    node::NodePhase,
    record::Candidate,
    source::{Clock as _, IdSource as _},
    time::UnixMs,
};
use prospector_runtime::config::{Config, EngineSettings};
use prospector_scheduler::{MachineParts, MachinesReport, Scheduler};
use prospector_store::{
    Advance, ClaimOptions, InboundMessage, Ingested, NewCall, NewEngineBuild, NewJob, Node, Outcome,
    SettingChange,
};
use prospector_testkit::{ANSWERING_MODEL, AnsweringServer, Boot, CLOUD_TOKEN, FakeCloud, ManualClock};
use serde_json::json;

use crate::House;

/// How long a droplet boots.
pub(crate) const BOOT_MS: i64 = 20_000;
/// What may be rented, the cheapest first.
pub(crate) const SIZES: [&str; 2] = ["gpu-l40sx1-48gb", "gpu-h100x1-80gb"];
/// Longer than any message waits for the next.
const QUIET_MS: i64 = 60_000;
/// A turn moves time by this much.
const TURN_MS: i64 = 1_000;
/// More turns than anything here takes.
const TURNS_MAX: usize = 3_000;

pub(crate) struct Rig {
    pub(crate) house: House,
    pub(crate) cloud: FakeCloud,
    pub(crate) server: AnsweringServer,
    pub(crate) scheduler: Scheduler,
}

pub(crate) fn engine() -> EngineId {
    EngineId::Gpu { model: ANSWERING_MODEL.to_owned(), build: "1".to_owned() }
}

impl Rig {
    pub(crate) async fn build() -> Self {
        Self::build_with("").await
    }

    /// With more lines of `[engine]` settings.
    pub(crate) async fn build_with(settings: &str) -> Self {
        let mut house = House::build().await;
        let cloud = FakeCloud::start(house.clock.clone()).await;
        cloud.boot_all(Boot::AfterMs(BOOT_MS));
        let server = AnsweringServer::start().await;
        let engine_settings = Config::parse_toml(&format!(
            "[engine]\nwait_max_s = 600\n[engine.policy]\nlatency_objective_ms = 60000\nmax_grace_ms = 30000\nboot_prior_ms = 30000\n\
             boot_timeout_ms = 120000\n{settings}"
        ));
        house.parts.machines = machine_parts(&cloud, &server, engine_settings.unwrap().engine);
        let now = house.clock.now();
        let build = NewEngineBuild {
            engine: engine(),
            served_model_name: ANSWERING_MODEL.to_owned(),
            weights_digest: "sha256:00".to_owned(),
            weights_source: Some("/mnt/weights/small".to_owned()),
        };
        house.parts.store.register_engine_build(now, "test", &build).await.unwrap();
        let chosen = [SettingChange::DraftEngine(engine())];
        house.parts.store.change_settings(now, "test", &chosen).await.unwrap();
        let scheduler = house.scheduler();
        Self { house, cloud, server, scheduler }
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.house.clock.now()
    }

    pub(crate) fn clock(&self) -> &ManualClock {
        &self.house.clock
    }

    /// A job that waits for the engine.
    pub(crate) async fn park(&self) -> JobId {
        self.park_kind(JobKind::Draft, json!({ "template_key": "②" })).await
    }

    /// A job of a kind that waits for the engine.
    pub(crate) async fn park_kind(&self, kind: JobKind, payload: serde_json::Value) -> JobId {
        let now = self.now();
        let id = JobId(self.house.ids.next(now));
        let mut job = NewJob::single(id, kind, 3, now);
        job.payload = payload;
        let store = &self.house.parts.store;
        store.insert_jobs(&[job]).await.unwrap();
        let claimed = self.claim(id).await;
        self.settle(Advance::of(&claimed, Outcome::Wait { engine: engine(), delay_ms: 0 })).await;
        id
    }

    /// A message whose reading waits for the engine.
    pub(crate) async fn park_message(&self) -> CandidateId {
        let store = &self.house.parts.store;
        store.publish_facts(self.now(), "test", example::FACTS_TOML).await.unwrap();
        store.change_settings(self.now(), "test", &[SettingChange::Mode(Mode::Draft)]).await.unwrap();
        let message = InboundMessage {
            source: "bridge".to_owned(),
            external_id: "message-1".to_owned(),
            thread: "room-7".to_owned(),
            contact: "room-7@example.com".to_owned(),
            channel: "sms".to_owned(),
            zone: None,
            text: "Do you have a room?".to_owned(),
            received_at_ms: self.now(),
            traceparent: None,
        };
        let Ingested::Accepted(receipt, _) = store.ingest(self.now(), &[message]).await.unwrap().remove(0)
        else {
            panic!("the message was not accepted");
        };
        self.house.clock.advance_ms(QUIET_MS);
        let due = store.due_jobs(self.now(), JobKind::Classify, None, 10).await.unwrap();
        let claimed = self.claim(due[0]).await;
        self.settle(Advance::of(&claimed, Outcome::Wait { engine: engine(), delay_ms: 0 })).await;
        receipt.candidate_id
    }

    /// With other settings from now on, as after a restart.
    pub(crate) fn change_settings(&mut self, change: impl FnOnce(&mut EngineSettings)) {
        let mut settings = (*self.house.parts.machines.settings).clone();
        change(&mut settings);
        self.house.parts.machines.settings = Arc::new(settings);
        self.replace_scheduler();
    }

    /// With machines from elsewhere from now on, as after a restart. Returns where they were from before.
    pub(crate) fn change_provider(&mut self, provider: Arc<dyn Provider>) -> Arc<dyn Provider> {
        let before = self.house.parts.machines.provider.replace(provider).unwrap();
        self.replace_scheduler();
        before
    }

    pub(crate) async fn claim(&self, id: JobId) -> Job {
        let options = ClaimOptions { owner: "worker".to_owned(), lease_ms: 3_600_000 };
        self.house.parts.store.claim(self.now(), &[id], &options).await.unwrap().pop().unwrap()
    }

    /// Ends a running job that asked the newest machine once, from `started` until now.
    pub(crate) async fn finish(&self, job: &Job, started: UnixMs) {
        self.finish_on(job, started, self.nodes().await.last().unwrap().id).await;
    }

    /// The same with another machine.
    pub(crate) async fn finish_on(&self, job: &Job, started: UnixMs, node_id: NodeId) {
        let call = NewCall {
            id: CallId(self.house.ids.next(self.now())),
            node_id,
            draft_id: None,
            task: "draft".to_owned(),
            engine: engine(),
            prompt_hash: None,
            outcome: "ok".to_owned(),
            input_tokens: 100,
            cached_input_tokens: 0,
            output_tokens: 50,
            started_at_ms: started,
            ended_at_ms: self.now(),
        };
        self.settle(Advance::of(job, Outcome::Done(json!({}))).with_calls(vec![call], Vec::new())).await;
    }

    async fn settle(&self, result: Advance) {
        for saved in self.house.parts.store.advance(self.now(), &[result]).await {
            saved.unwrap();
        }
    }

    pub(crate) async fn candidate(&self, id: CandidateId) -> Candidate {
        self.house.parts.store.candidate(id).await.unwrap().unwrap().candidate
    }

    /// Every machine there ever was, oldest first.
    pub(crate) async fn nodes(&self) -> Vec<Node> {
        let mut nodes = self.house.parts.store.nodes(1_000).await.unwrap();
        nodes.reverse();
        nodes
    }

    pub(crate) async fn is_serving(&self) -> bool {
        self.nodes().await.iter().any(|node| node.phase == NodePhase::Ready)
    }

    /// One tick and one turn, a second later each.
    pub(crate) async fn turn(&mut self) -> MachinesReport {
        let now = self.house.clock.advance_ms(TURN_MS);
        self.scheduler.tick(now).await.unwrap();
        self.scheduler.turn_machines().await.unwrap()
    }

    /// Takes turns until `condition` holds.
    pub(crate) async fn until(&mut self, what: &str, mut condition: impl AsyncFnMut(&Self) -> bool) {
        for _ in 0..TURNS_MAX {
            if condition(self).await {
                return;
            }
            self.turn().await;
        }
        panic!("took {TURNS_MAX} turns in vain until {what}: {:#?}", self.nodes().await);
    }

    pub(crate) async fn until_serving(&mut self) {
        self.until("a machine serves", async |rig| rig.is_serving().await).await;
    }

    /// Takes turns until every machine is gone and paid for.
    pub(crate) async fn until_gone(&mut self) {
        self.until("every machine is gone and settled", async |rig| {
            rig.nodes().await.iter().all(|node| node.phase == NodePhase::Gone && node.settled)
        })
        .await;
    }

    /// The job is done as soon as a machine serves, and everything is let go.
    pub(crate) async fn work_and_leave(&mut self, job: JobId) {
        self.until_serving().await;
        let claimed = self.claim(job).await;
        let started = self.now();
        self.turn().await;
        self.finish(&claimed, started).await;
        self.until_gone().await;
        self.assert_clean().await;
    }

    /// Puts another scheduler in the place of this one, which was killed, and waits until the lead is free.
    pub(crate) fn replace_scheduler(&mut self) {
        self.house.clock.advance_ms(self.house.parts.settings.lease_ms + 1);
        self.scheduler = self.house.scheduler();
    }

    /// The ledger of all machines, in millionths of a dollar.
    pub(crate) async fn ledger_microusd(&self) -> i64 {
        let spend = self.house.parts.store.spend_since(UnixMs(0)).await.unwrap();
        spend.iter().map(|part| part.cost_microusd).sum()
    }

    /// Nothing is left in the cloud, and the ledger is its bill.
    pub(crate) async fn assert_clean(&self) {
        assert_eq!(self.cloud.alive(), [], "a machine was left behind: {:#?}", self.nodes().await);
        let (ledger, bill) = (self.ledger_microusd().await, self.cloud.bill_microusd());
        assert_eq!(ledger, bill, "{:#?} {:#?}", self.nodes().await, self.cloud.droplets());
    }
}

fn machine_parts(cloud: &FakeCloud, server: &AnsweringServer, settings: EngineSettings) -> MachineParts {
    let cloud_settings = DigitalOceanSettings {
        api_url: cloud.url(),
        server_port: server.port(),
        sizes: SIZES.map(str::to_owned).to_vec(),
        read_attempts: 1,
        ..DigitalOceanSettings::default()
    };
    let secrets = DigitalOceanSecrets {
        token: ai_harness::Secret::new(CLOUD_TOKEN),
        destroy_token: None,
        hub_token: None,
    };
    let provider = DigitalOceanProvider::new(settings.installation.clone(), cloud_settings, secrets).unwrap();
    let options = ClientOptions::default();
    let client = InferenceClient::new(options.http_client().unwrap(), options);
    MachineParts { provider: Some(Arc::new(provider)), client, settings: Arc::new(settings) }
}
