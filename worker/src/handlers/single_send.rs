//! Webhooks of single jobs: a text that somebody asked to have delivered, and the report that a job has finished.

use prospector_domain::{
    gate::GateContext,
    hold::HoldReason,
    job::{ErrorClass, Job},
    mode::Mode,
    single_job::{Callback, DispatchText, SinglePayload},
    time::MINUTE_MS,
};
use prospector_store::Outcome;
use serde_json::json;

use super::{
    payload_of,
    send::{DispatchHandler, said},
    sinks::deliver,
};
use crate::{
    failure::HandlerError,
    webhook::{Delivery, JobFinished, MessageSend, Note, Parcel, Sink},
};

/// How often a paused message looks whether it may go on, in milliseconds.
const PAUSED_LOOK_MS: i64 = MINUTE_MS;

impl DispatchHandler {
    pub(super) async fn send_single(&self, job: &Job) -> Result<Outcome, HandlerError> {
        match payload_of(job)? {
            SinglePayload::Dispatch(asked) => self.send_text(job, &asked).await,
            SinglePayload::Callback(callback) => self.call_back(job, &callback).await,
            _ => Err(HandlerError::permanent("the payload is of another kind")),
        }
    }

    /// Delivers a text that an operator asked for. The gate, the mode PAUSE and the opt-out ledger bind it like any
    /// other; quiet hours and caps do not, since a person chose the moment.
    async fn send_text(&self, job: &Job, asked: &DispatchText) -> Result<Outcome, HandlerError> {
        let sink = match &asked.sink {
            Some(name) => self.usable_sink(name).await?,
            None => {
                let default = self.sinks.for_channel(&asked.channel);
                let name = default.map(|sink| sink.name.as_str()).unwrap_or_default();
                self.usable_sink(name).await?
            }
        };
        if !sink.deduplicates && may_have_been_sent(job) {
            let why = "an earlier attempt may have delivered it, and the sink does not deduplicate";
            return Err(forbidden(HoldReason::DispatchUnknown, why));
        }
        self.check_text(asked).await?;
        let now = self.tools.now();
        let id = job.id.to_string();
        let message = MessageSend {
            id: &id,
            thread: None,
            contact: &asked.contact,
            channel: &asked.channel,
            text: &asked.body,
            in_reply_to: None,
            template_key: None,
            engine: None,
            sent_at: now.to_rfc3339(),
        };
        let body = serde_json::to_string(&message).expect("a message has text keys only");
        let parcel = Parcel { id: id.clone(), body, traceparent: job.traceparent.clone() };
        let delivery = deliver(&self.tools, sink, &parcel, now).await;
        match &delivery {
            Delivery::Unknown(note) if !sink.deduplicates => {
                Err(forbidden(HoldReason::DispatchUnknown, &said(note)))
            }
            _ => finished(sink, &delivery),
        }
    }

    /// What may forbid the text at this moment.
    async fn check_text(&self, asked: &DispatchText) -> Result<(), HandlerError> {
        let store = &self.tools.store;
        let settings = store.settings().await?;
        let of_channel = settings.channel_modes.get(&asked.channel).copied();
        if Mode::effective(settings.mode, of_channel, None) == Mode::Pause {
            let paused = HandlerError::new(ErrorClass::Unavailable, "sending is paused");
            return Err(HandlerError { retry_after_ms: Some(PAUSED_LOOK_MS), ..paused });
        }
        if store.consent_of(&asked.contact).await?.is_some_and(|entry| entry.opted_out) {
            return Err(forbidden(HoldReason::OptedOut, "the contact asked not to be messaged"));
        }
        let facts = store.facts().await?;
        let context = GateContext { channel: Some(&asked.channel), ..GateContext::default() };
        match facts.gate.validate(&asked.body, &context).hold() {
            Some(hold) => Err(forbidden(hold.reason, &hold.detail)),
            None => Ok(()),
        }
    }

    /// Reports a finished job. Under the same id every time, so that a repeat does no harm at a receiver that looks;
    /// a report that is lost would do more.
    async fn call_back(&self, job: &Job, callback: &Callback) -> Result<Outcome, HandlerError> {
        let sink = self.usable_sink(&callback.sink).await?;
        let Some(ended) = self.tools.store.job(callback.job_id).await? else {
            return Err(HandlerError::permanent("the job to be reported has been pruned"));
        };
        let now = self.tools.now();
        let id = job.id.to_string();
        let report = JobFinished {
            id: &id,
            job_id: ended.id,
            kind: ended.kind,
            state: ended.state,
            result: ended.result.as_ref(),
            error: if ended.result.is_none() { ended.errors.last() } else { None },
            sent_at: now.to_rfc3339(),
        };
        let body = serde_json::to_string(&report).expect("a report has text keys only");
        let parcel = Parcel { id: id.clone(), body, traceparent: job.traceparent.clone() };
        finished(sink, &deliver(&self.tools, sink, &parcel, now).await)
    }

    async fn usable_sink(&self, name: &str) -> Result<&Sink, HandlerError> {
        let Some(sink) = self.sinks.named(name) else {
            let why = if name.is_empty() {
                "no sink is configured for the channel".to_owned()
            } else {
                format!("no sink is called {name}")
            };
            return Err(HandlerError::permanent(why));
        };
        let states = self.tools.store.sinks().await?;
        if states.iter().any(|state| state.name == name && state.disabled_at_ms.is_some()) {
            return Err(forbidden(HoldReason::DispatchRejected, &format!("sink {name} is disabled")));
        }
        Ok(sink)
    }
}

/// True when an attempt ended without anybody knowing how far it had come.
fn may_have_been_sent(job: &Job) -> bool {
    let in_the_dark =
        |class| matches!(class, ErrorClass::LeaseLost | ErrorClass::Timeout | ErrorClass::Panic);
    job.errors.iter().any(|error| in_the_dark(error.class))
}

/// A single job has nobody who could release it: what would hold a reply ends it, under the same name.
fn forbidden(reason: HoldReason, why: &str) -> HandlerError {
    HandlerError::permanent(format!("{reason}: {why}"))
}

fn finished(sink: &Sink, delivery: &Delivery) -> Result<Outcome, HandlerError> {
    let failed = |class, note: &Note, retry_after_ms| {
        let error = HandlerError::new(class, format!("sink {}: {}", sink.name, said(note)));
        Err(HandlerError { retry_after_ms, ..error })
    };
    match delivery {
        Delivery::Delivered(note) => Ok(Outcome::Done(json!({ "sink": sink.name, "status": note.status }))),
        Delivery::Deferred { class, retry_after_ms, note } => failed(*class, note, *retry_after_ms),
        Delivery::Unknown(note) => failed(ErrorClass::Transient, note, None),
        Delivery::Rejected { note, .. } => failed(ErrorClass::Permanent, note, None),
    }
}
