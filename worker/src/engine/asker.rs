//! Asks on behalf of one attempt at a job, and notes every call.

use ai_harness::{
    client::{ChatRequest, Completion, FailureKind, InferenceError, Model, Usage},
    task::{CallOptions, Registry, RegistryError, Task},
};
use prospector_domain::{
    content_hash::ContentHash,
    engine::EngineId,
    id::{CallId, NodeId},
    job::Job,
    source::{Clock, IdSource},
    time::UnixMs,
};
use prospector_store::NewCall;

use super::{
    asked::{Asked, of_task},
    call_log::CallLog,
    endpoints::Endpoints,
};
use crate::failure::HandlerError;

/// Asks the machines of one engine.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) endpoints: &'a Endpoints,
    pub(crate) tasks: &'a Registry,
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
    /// Runs a task, and notes what was asked: also what was asked in vain.
    pub(crate) async fn run<T: Task>(
        &self,
        input: &T::Input,
    ) -> Result<Asked<(T::Output, ContentHash)>, HandlerError> {
        match self.tasks.run::<T>(&self.for_task(T::NAME), input, &self.options()).await {
            Ok(run) => {
                let prompt_hash = self.log.note_prompt(run.trail.prompt.canonical_text());
                Ok(Asked::Answer((run.output, prompt_hash)))
            }
            Err(RegistryError::Task(error)) => {
                if let Some(trail) = error.trail() {
                    self.log.note_prompt(trail.prompt.canonical_text());
                }
                of_task(self.engine, error)
            }
            Err(error) => Err(HandlerError::permanent(error.to_string())),
        }
    }

    /// Asks for one task, whose name is kept with the calls.
    pub(crate) fn for_task(&self, task: &'static str) -> TaskAsker<'a> {
        TaskAsker { asker: *self, task }
    }

    /// What goes with every call: an id by which it is found again in the server's log, and how urgent it is.
    pub(crate) fn options(&self) -> CallOptions {
        CallOptions {
            request_id: Some(format!("{}-{}", self.job.id, self.job.attempt)),
            priority: Some(self.job.priority),
        }
    }
}

impl Model for TaskAsker<'_> {
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, InferenceError> {
        let Asker { endpoints, engine, clock, .. } = self.asker;
        let permit = endpoints.room(engine).await?;
        let mut noted =
            Noted { asker: self, node_id: NodeId(permit.id()), started_at_ms: clock.now(), is_over: false };
        let answer = permit.ask(request).await;
        match &answer {
            Ok(completion) => noted.over("ok", completion.usage),
            Err(error) => noted.over(error.kind.into(), error.usage.unwrap_or_default()),
        }
        match answer {
            // One that vanished without a word is found out by silence, and by the scheduler at about the same time.
            Err(error)
                if error.kind == FailureKind::TimedOut && !endpoints.still_serves(noted.node_id).await =>
            {
                Err(InferenceError { kind: FailureKind::Vanished, ..error })
            }
            answer => answer,
        }
    }
}

/// A call under way. It is noted when it is over, also when somebody loses patience with it.
struct Noted<'a> {
    asker: &'a TaskAsker<'a>,
    node_id: NodeId,
    started_at_ms: UnixMs,
    is_over: bool,
}

impl Noted<'_> {
    fn over(&mut self, outcome: &str, usage: Usage) {
        self.is_over = true;
        let Asker { engine, log, clock, ids, .. } = self.asker.asker;
        let ended_at_ms = clock.now();
        let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        log.note(NewCall {
            id: CallId(ids.next(ended_at_ms)),
            node_id: self.node_id,
            draft_id: None,
            task: self.asker.task.to_owned(),
            engine: engine.clone(),
            prompt_hash: None,
            outcome: outcome.to_owned(),
            input_tokens: tokens(usage.input_tokens),
            cached_input_tokens: tokens(usage.cached_input_tokens),
            output_tokens: tokens(usage.output_tokens),
            started_at_ms: self.started_at_ms,
            ended_at_ms,
        });
    }
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.over("given_up", Usage::default());
        }
    }
}
