//! Moves candidates along as a worker would, through the store, so that the interface has something to show and decide.

use prospector_domain::{
    candidate::{CandidateEvent, Hold},
    decision::DecidedBy,
    engine::EngineId,
    gate::{GateContext, validate_draft},
    hold::HoldReason,
    intent::Intent,
    job::{Job, JobKind},
    record::{Author, DraftOrigin},
    source::Clock as _,
    template::TemplateKey,
};
use prospector_store::{Advance, ClaimOptions, Motion, NewDecision, NewDraft, Outcome, Step};
use serde_json::{Value, json};

use crate::{app::App, inbound::message};

/// The ids of a message that was handed in.
pub(crate) struct Handed {
    pub(crate) candidate: String,
    pub(crate) thread: String,
}

impl App {
    /// Hands a message in.
    pub(crate) async fn hand_in(&self, id: &str, text: &str) -> Handed {
        let receipt = self.enqueue("POST", "/v1/inbound").json(&message(id, text)).send().await.expect(202);
        let part = |name: &str| receipt[name].as_str().unwrap().to_owned();
        Handed { candidate: part("candidate_id"), thread: part("thread_id") }
    }

    /// Hands a message in and has it answered with `body`, which is staged when it is clean, and held when not.
    pub(crate) async fn draft(&self, id: &str, body: &str) -> Handed {
        let handed = self.hand_in(id, "What does a double room cost?").await;
        self.clock.advance_ms(10_000);
        self.decide().await;
        self.write(body).await;
        handed
    }

    /// What the interface says about a candidate.
    pub(crate) async fn candidate(&self, id: &str) -> Value {
        self.read(&format!("/v1/candidates/{id}")).send().await.expect(200)
    }

    async fn claim(&self, kind: JobKind) -> Job {
        let now = self.clock.now();
        let due = self.store.due_jobs(now, kind, None, 1).await.unwrap();
        let options = ClaimOptions { owner: "test".to_owned(), lease_ms: 30_000 };
        self.store.claim(now, &due, &options).await.unwrap().pop().unwrap()
    }

    async fn finish(&self, job: &Job, step: Step) {
        let advance = Advance::of(job, Outcome::Step(Box::new(step)));
        self.store.advance(self.clock.now(), &[advance]).await.remove(0).unwrap();
    }

    async fn decide(&self) {
        let job = self.claim(JobKind::Classify).await;
        let mut step = Step::event(CandidateEvent::Decided);
        step.intent = Some(Intent::PriceAsked);
        step.template_key = Some(TemplateKey::PRICE_QUOTE);
        step.decision = Some(NewDecision {
            engine: EngineId::Template,
            playbook_version: 1,
            rule: "price".to_owned(),
            action: json!({"reply": "②"}),
            classification: json!({"intent": "price_asked"}),
            decided_by: DecidedBy::Rules,
            prompt_hash: None,
        });
        self.finish(&job, step).await;
    }

    async fn write(&self, body: &str) {
        let job = self.claim(JobKind::Draft).await;
        let facts = self.store.facts().await.unwrap();
        let verdict = validate_draft(body, &facts.facts, &GateContext::default());
        let mut step = Step::event(CandidateEvent::Staged);
        step.motion = match verdict.hold() {
            None => Motion::ByMode { undo_window_ms: 10_000 },
            Some(hold) => Motion::Event(CandidateEvent::Held(hold)),
        };
        step.drafts.push(NewDraft {
            author: Author::Engine,
            origin: DraftOrigin::Written,
            engine: EngineId::Template,
            template_key: Some(TemplateKey::PRICE_QUOTE),
            template_version: Some(1),
            facts_version: facts.version,
            body: body.to_owned(),
            verdict,
            workflow: None,
        });
        self.finish(&job, step).await;
    }

    /// Begins the delivery of what is scheduled, and leaves open whether it arrived.
    pub(crate) async fn lose_delivery(&self) {
        self.clock.advance_ms(20_000);
        let job = self.claim(JobKind::Dispatch).await;
        let rules = prospector_store::SendRules {
            sink: "bridge".to_owned(),
            deduplicates: false,
            admission: prospector_domain::admission::AdmissionRules::default(),
        };
        let candidate = job.candidate_id.unwrap();
        let turn = self.store.begin_send(self.clock.now(), job.claim(), candidate, &rules).await.unwrap();
        assert!(matches!(turn, prospector_store::SendTurn::Go(_)), "{turn:?}");
        let hold = Hold::new(HoldReason::DispatchUnknown, "the line broke");
        self.finish(&job, Step::event(CandidateEvent::Held(hold))).await;
    }
}
