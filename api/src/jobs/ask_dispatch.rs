//! What a text must pass before a job to deliver it is taken: its sink exists, its contact agrees, the gate agrees.
//!
//! The handler asks the last two again at the moment of sending; asking now tells the caller at once.

use prospector_domain::{
    gate::{GateContext, Verdict},
    single_job::DispatchText,
};

use crate::{
    problem::{Code, Problem},
    state::ApiState,
};

pub(super) async fn check(state: &ApiState, text: &DispatchText) -> Result<(), Problem> {
    match &text.sink {
        Some(sink) => check_sink(state, "payload.sink", sink)?,
        None if state.dispatch().sink_for(&text.channel).is_none() => {
            let detail = format!("is left out, and channel {} has no sink of its own", text.channel);
            return Err(Problem::field(Code::UnknownSink, "payload.sink", detail));
        }
        None => {}
    }
    if state.store().consent_of(&text.contact).await?.is_some_and(|entry| entry.opted_out) {
        let detail = "belongs to somebody who asked not to be messaged";
        return Err(Problem::field(Code::OptedOut, "payload.contact", detail));
    }
    let gate = state.store().facts().await?.gate;
    let context = GateContext { channel: Some(&text.channel), ..GateContext::default() };
    let verdict = gate.validate(&text.body, &context);
    if verdict.ok { Ok(()) } else { Err(violates("payload.body", verdict)) }
}

/// The problem of a text that the gate turned down.
pub(crate) fn violates(field: &str, verdict: Verdict) -> Problem {
    let codes: Vec<String> = verdict.violations.iter().map(|violation| violation.code.to_string()).collect();
    let detail = format!("contradicts the facts or the policy: {}", codes.join(", "));
    Problem::field(Code::GateViolation, field, detail).with_violations(verdict.violations)
}

pub(super) fn check_sink(state: &ApiState, field: &str, name: &str) -> Result<(), Problem> {
    if state.sinks().contains(name) {
        return Ok(());
    }
    let known: Vec<&str> = state.sinks().iter().map(String::as_str).collect();
    let known = if known.is_empty() { "none is configured".to_owned() } else { known.join(", ") };
    Err(Problem::field(Code::UnknownSink, field, format!("is no configured sink; there is: {known}")))
}
