//! Asks on behalf of one attempt at a job, and notes every call.

use ai_harness::client::{ChatRequest, Completion, InferenceError, Model};
use prospector_domain::{
    engine::EngineId,
    id::{CallId, NodeId},
    job::Job,
    source::{Clock, IdSource},
};
use prospector_store::NewCall;

use super::{call_log::CallLog, endpoints::Endpoints};

/// Asks the machines of one engine.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) endpoints: &'a Endpoints,
    pub(crate) engine: &'a EngineId,
    pub(crate) job: &'a Job,
    pub(crate) log: &'a CallLog,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) ids: &'a dyn IdSource,
}

/// The same, for one task.
pub(crate) struct TaskAsker<'a> {
    asker: Asker<'a>,
    task: &'static str,
}

impl<'a> Asker<'a> {
    /// Asks for one task, whose name is kept with the calls.
    pub(crate) fn for_task(&self, task: &'static str) -> TaskAsker<'a> {
        TaskAsker { asker: *self, task }
    }

    /// Sent with every call, so that it is found again in the server's log.
    pub(crate) fn request_id(&self) -> String {
        format!("{}-{}", self.job.id, self.job.attempt)
    }
}

impl Model for TaskAsker<'_> {
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, InferenceError> {
        let Asker { endpoints, engine, log, clock, ids, .. } = self.asker;
        let permit = endpoints.room(engine).await?;
        let node_id = NodeId(permit.id());
        let started_at_ms = clock.now();
        let answer = endpoints.client.chat(permit.endpoint(), request).await;
        let ended_at_ms = clock.now();
        permit.report(&answer);
        drop(permit);
        let (outcome, usage) = match &answer {
            Ok(completion) => ("ok".to_owned(), completion.usage),
            Err(error) => (error.kind.to_string(), error.usage.unwrap_or_default()),
        };
        let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        log.note(NewCall {
            id: CallId(ids.next(ended_at_ms)),
            node_id,
            draft_id: None,
            task: self.task.to_owned(),
            engine: engine.clone(),
            prompt_hash: None,
            outcome,
            input_tokens: tokens(usage.input_tokens),
            cached_input_tokens: tokens(usage.cached_input_tokens),
            output_tokens: tokens(usage.output_tokens),
            started_at_ms,
            ended_at_ms,
        });
        answer
    }
}
