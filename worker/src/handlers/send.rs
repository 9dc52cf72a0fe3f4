//! Sends an approved reply: a last check that marks it as going out, the webhook, and what its answer means.

use std::sync::Arc;

use prospector_domain::{
    candidate::{CandidateEvent, Hold},
    hold::HoldReason,
    id::CandidateId,
    job::{AttemptError, ErrorClass, Job},
    retry::{RetryPolicy, Verdict},
    source::Chance,
    time::{SECOND_MS, UnixMs},
};
use prospector_runtime::failpoint::{Point, hit};
use prospector_store::{DeliveryNote, Failure, Outcome, SendOrder, SendRules, SendTurn, Step};

use super::{
    held,
    sinks::{Sinks, deliver},
};
use crate::{
    engine::CallLog,
    execute::{Handled, Handler},
    failure::HandlerError,
    tools::Tools,
    webhook::{Delivery, MessageSend, Note, Parcel, ThreadRef},
};

/// A message whose arrival is unknown is sent again this soon at the latest, in milliseconds: until that is settled, the
/// thread's newer messages wait behind it.
const UNKNOWN_DELAY_MAX_MS: i64 = 30 * SECOND_MS;

/// Delivers replies, and the webhooks of single jobs.
pub(crate) struct DispatchHandler {
    pub(crate) tools: Arc<Tools>,
    pub(crate) sinks: Sinks,
    pub(crate) retry: RetryPolicy,
    pub(crate) chance: Arc<dyn Chance>,
}

impl Handler for DispatchHandler {
    async fn handle(&self, job: &Job, _log: &CallLog) -> Result<Handled, HandlerError> {
        match job.candidate_id {
            Some(id) => self.send(job, id).await,
            None => self.send_single(job).await.map(Handled::Outcome),
        }
    }
}

impl DispatchHandler {
    async fn send(&self, job: &Job, id: CandidateId) -> Result<Handled, HandlerError> {
        let store = &self.tools.store;
        // Only the channel is needed, to know the sink; everything that decides is read under the lock.
        let channel = store.situation(id, self.tools.now()).await?.thread.channel;
        let Some(sink) = self.sinks.for_channel(&channel) else {
            let detail = format!("no sink is configured for channel {channel}: set dispatch.default_sink");
            return Ok(Handled::Outcome(held(Hold::new(HoldReason::DispatchRejected, detail))));
        };
        let rules = SendRules {
            sink: sink.name.clone(),
            deduplicates: sink.deduplicates,
            admission: self.tools.admission.clone(),
        };
        hit(Point::WorkerBeforeBeginSend);
        let order = match store.begin_send(self.tools.now(), job.claim(), id, &rules).await? {
            SendTurn::Go(order) => order,
            SendTurn::Stopped(hints) => return Ok(Handled::Settled(hints)),
            SendTurn::Stale => return Ok(Handled::Stale),
        };
        hit(Point::WorkerAfterBeginSend);
        let now = self.tools.now();
        let delivery = deliver(&self.tools, sink, &parcel(&order, now), now).await;
        hit(Point::WorkerAfterDelivery);
        let sent = Sent {
            sink: &sink.name,
            deduplicates: sink.deduplicates,
            attempt: order.earlier_attempts + 1,
            fresh_until: order.received_at_ms.plus_ms(self.tools.admission.freshness_max_ms),
            retry: &self.retry,
            now: self.tools.now(),
            chance: self.chance.unit(),
        };
        Ok(Handled::Outcome(sent.outcome(&delivery)))
    }
}

fn parcel(order: &SendOrder, now: UnixMs) -> Parcel {
    let id = order.intent_id.to_string();
    let message = MessageSend {
        id: &id,
        thread: Some(ThreadRef {
            id: order.thread.id,
            external_id: &order.thread.external_id,
            source: &order.thread.source,
        }),
        contact: &order.thread.contact,
        channel: &order.thread.channel,
        text: &order.draft.body,
        in_reply_to: Some(&order.in_reply_to),
        template_key: order.draft.template_key,
        engine: Some(&order.draft.engine),
        sent_at: now.to_rfc3339(),
    };
    let body = serde_json::to_string(&message).expect("a message has text keys only");
    Parcel { id, body, traceparent: order.traceparent.clone() }
}

/// One attempt to deliver a reply, and all that decides what its answer means.
struct Sent<'a> {
    sink: &'a str,
    deduplicates: bool,
    /// How often it has been sent now, from 1.
    attempt: i64,
    /// Until then an answer is still wanted.
    fresh_until: UnixMs,
    retry: &'a RetryPolicy,
    now: UnixMs,
    chance: f64,
}

impl Sent<'_> {
    fn outcome(&self, delivery: &Delivery) -> Outcome {
        let name = self.sink;
        match delivery {
            Delivery::Delivered(note) => self.step(CandidateEvent::Delivered, note),
            Delivery::Rejected { note, .. } => {
                self.hold(HoldReason::DispatchRejected, format!("sink {name}: {}", said(note)), note)
            }
            Delivery::Deferred { class, retry_after_ms, note } => {
                self.deferred(*class, *retry_after_ms, note)
            }
            Delivery::Unknown(note) if self.deduplicates => self.sent_again(note),
            Delivery::Unknown(note) => self.unknown(note),
        }
    }

    /// Certainly not arrived: tried again, until its attempts are used up. One that grows stale meanwhile is held by
    /// the next attempt's own check, which therefore comes no later than that.
    fn deferred(&self, class: ErrorClass, retry_after_ms: Option<i64>, note: &Note) -> Outcome {
        let Verdict::Retry { delay_ms, .. } =
            self.retry.after_failure(class, self.attempt, retry_after_ms, self.chance)
        else {
            let detail =
                format!("sink {} took it at none of {} attempts: {}", self.sink, self.attempt, said(note));
            return self.hold(HoldReason::DispatchRejected, detail, note);
        };
        let stale_in_ms = self.fresh_until.since(self.now).max(0) + 1;
        let step = self.with_note(Step::event(CandidateEvent::SendDeferred), note);
        Outcome::StepAndRetry(Box::new(step), self.failure(class, note, delay_ms.min(stale_in_ms)))
    }

    /// It may have arrived, and the sink drops what it has seen: sent again under the same id. The candidate stays
    /// `sending`, so that whatever forbids sending it again does not make it look unsent.
    fn sent_again(&self, note: &Note) -> Outcome {
        let class = ErrorClass::Transient;
        match self.retry.after_failure(class, self.attempt, None, self.chance) {
            Verdict::Retry { delay_ms, .. } => {
                Outcome::Retry(self.failure(class, note, delay_ms.min(UNKNOWN_DELAY_MAX_MS)))
            }
            Verdict::Dead => self.unknown(note),
        }
    }

    fn unknown(&self, note: &Note) -> Outcome {
        let detail = format!("sink {}: {}; nobody knows whether it arrived", self.sink, said(note));
        self.hold(HoldReason::DispatchUnknown, detail, note)
    }

    fn hold(&self, reason: HoldReason, detail: String, note: &Note) -> Outcome {
        self.step(CandidateEvent::Held(Hold::new(reason, detail)), note)
    }

    fn step(&self, event: CandidateEvent, note: &Note) -> Outcome {
        Outcome::Step(Box::new(self.with_note(Step::event(event), note)))
    }

    fn with_note(&self, step: Step, note: &Note) -> Step {
        let error = (!note.why.is_empty()).then(|| note.why.clone());
        Step { delivery: Some(DeliveryNote { status: note.status.map(i64::from), error }), ..step }
    }

    /// The intent counts how often a message was sent; the job's own attempts are kept for what goes wrong here.
    fn failure(&self, class: ErrorClass, note: &Note, delay_ms: i64) -> Failure {
        let chain = vec![format!("sink {}: {}", self.sink, said(note))];
        let error = AttemptError { at_ms: self.now, attempt: self.attempt, class, chain };
        Failure { error, delay_ms, costs_attempt: false }
    }
}

/// A note as one phrase, such as `the sink asked to try again later (HTTP 503)`.
pub(super) fn said(note: &Note) -> String {
    match note.status {
        Some(status) => format!("{} (HTTP {status})", note.why),
        None => note.why.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMs = UnixMs(1_772_366_400_000);
    const RETRY: RetryPolicy = RetryPolicy { base_ms: 5_000, cap_ms: 3_600_000, max_attempts: 20 };

    /// The first attempt at a message that is wanted for another day, at a sink that does not deduplicate.
    const SENT: Sent<'_> = Sent {
        sink: "bridge",
        deduplicates: false,
        attempt: 1,
        fresh_until: NOW.plus_ms(86_400_000),
        retry: &RETRY,
        now: NOW,
        chance: 0.0,
    };

    fn note(status: Option<u16>) -> Note {
        Note { status, why: "why".to_owned() }
    }

    fn deferred(retry_after_ms: Option<i64>) -> Delivery {
        Delivery::Deferred { class: ErrorClass::Throttled, retry_after_ms, note: note(Some(503)) }
    }

    fn hold_of(outcome: &Outcome) -> (HoldReason, &str) {
        let Outcome::Step(step) = outcome else { panic!("no step alone: {outcome:?}") };
        let prospector_store::Motion::Event(CandidateEvent::Held(hold)) = &step.motion else {
            panic!("not held: {:?}", step.motion)
        };
        (hold.reason, &hold.detail)
    }

    fn delay_of(outcome: &Outcome) -> i64 {
        match outcome {
            Outcome::StepAndRetry(_, failure) | Outcome::Retry(failure) => {
                assert!(!failure.costs_attempt);
                failure.delay_ms
            }
            _ => panic!("not tried again: {outcome:?}"),
        }
    }

    #[test]
    fn a_refusal_and_a_doubt_are_held_under_their_names() {
        let rejected = SENT.outcome(&Delivery::Rejected { gone: false, note: note(Some(422)) });
        assert_eq!(hold_of(&rejected), (HoldReason::DispatchRejected, "sink bridge: why (HTTP 422)"));
        let unknown = SENT.outcome(&Delivery::Unknown(note(None)));
        let detail = "sink bridge: why; nobody knows whether it arrived";
        assert_eq!(hold_of(&unknown), (HoldReason::DispatchUnknown, detail));
    }

    #[test]
    fn what_certainly_did_not_arrive_is_tried_again_after_growing_delays() {
        assert_eq!(delay_of(&SENT.outcome(&deferred(None))), 2_500);
        assert_eq!(delay_of(&Sent { attempt: 5, ..SENT }.outcome(&deferred(None))), 40_000);
        assert_eq!(delay_of(&SENT.outcome(&deferred(Some(90_000)))), 90_000);
        let exhausted = Sent { attempt: 20, ..SENT }.outcome(&deferred(None));
        assert_eq!(hold_of(&exhausted).0, HoldReason::DispatchRejected);
    }

    #[test]
    fn the_next_attempt_comes_no_later_than_the_moment_it_grows_stale() {
        let nearly_stale = Sent { fresh_until: NOW.plus_ms(7_000), ..SENT };
        assert_eq!(delay_of(&nearly_stale.outcome(&deferred(Some(90_000)))), 7_001);
        let stale = Sent { fresh_until: NOW.plus_ms(-7_000), ..SENT };
        assert_eq!(delay_of(&stale.outcome(&deferred(None))), 1);
    }

    #[test]
    fn a_doubt_at_a_sink_that_deduplicates_is_resolved_by_sending_again_soon() {
        let at = |attempt| Sent { deduplicates: true, attempt, ..SENT };
        let again = at(1).outcome(&Delivery::Unknown(note(Some(500))));
        assert!(matches!(again, Outcome::Retry(_)), "the candidate stays where it is");
        assert_eq!(delay_of(&at(12).outcome(&Delivery::Unknown(note(None)))), UNKNOWN_DELAY_MAX_MS);
        let given_up = at(20).outcome(&Delivery::Unknown(note(None)));
        assert_eq!(hold_of(&given_up).0, HoldReason::DispatchUnknown);
    }
}
