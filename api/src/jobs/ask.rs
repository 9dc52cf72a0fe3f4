//! `POST /v1/jobs`: asking for a single job.

use std::ops::RangeInclusive;

use axum::{Extension, Json, extract::State, http::StatusCode};
use prospector_domain::{
    access::Scope,
    id::JobId,
    job::{DEFAULT_PRIORITY, JobKind, JobState, LOWEST_PRIORITY},
    single_job::SinglePayload,
    time::{DAY_MS, UnixMs},
};
use prospector_store::{Hint, NewJob, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ask_dispatch, view::CallbackBody};
use crate::{
    access::{Caller, Subject},
    problem::{Code, Problem, ProblemBody},
    request::{JsonBody, TraceContext},
    state::ApiState,
    wire,
};

/// Attempts that may be asked for.
const MAX_ATTEMPTS: RangeInclusive<i64> = 1..=100;
/// How far ahead a job may be planned, in milliseconds: a year.
const PLANNED_AHEAD_MAX_MS: i64 = 366 * DAY_MS;

/// A single job.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewJob, examples(json!({
    "kind": "draft",
    "payload": {"template_key": "②", "inbound": "What does a double room cost?"},
    "callback": {"sink": "bridge"}
})))]
pub(super) struct JobBody {
    /// What to do. `dispatch` needs the scope `operate` as well.
    #[schema(value_type = wire::JobKind)]
    kind: JobKind,
    /// The input, by kind. `classify`: `text`, and optionally `zone`, `state`, `archetype`. `draft`: `template_key`, and
    /// optionally `inbound`, the message it would answer. `judge`: `body`, and optionally `inbound`; its judgement is null while no
    /// engine serves. `dispatch`: `contact`, `channel`, `body`, and optionally
    /// `sink`; the body passes the gate first. `probe`: nothing.
    #[serde(default)]
    #[schema(required = false, value_type = Value)]
    payload: serde_json::Value,
    /// Lower runs first, 0 to 9. Default 5.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 9)]
    priority: Option<i64>,
    /// Not before this moment, in RFC 3339, at most a year ahead. Default at once.
    #[serde(default)]
    #[schema(format = DateTime)]
    run_at: Option<String>,
    /// After this many attempts a failure is final, 1 to 100. Default that of the kind.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    max_attempts: Option<i64>,
    /// Who is told when it has finished. Default nobody: fetch the result with `GET /v1/jobs/{id}`.
    #[serde(default)]
    callback: Option<CallbackBody>,
}

/// A job that was accepted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcceptedJob {
    /// Its id, for `GET /v1/jobs/{id}`.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// What it does.
    #[schema(value_type = wire::JobKind)]
    kind: JobKind,
    /// Always `queued`.
    #[schema(value_type = wire::JobState)]
    state: JobState,
    /// Not before this moment.
    run_at_ms: i64,
}

/// Ask for a single job.
///
/// Send an `Idempotency-Key` when repeating the request must not make a second job.
#[utoipa::path(post, path = "/v1/jobs", tag = "Enqueue", request_body = JobBody, responses(
    (status = 202, description = "Accepted.", body = AcceptedJob),
    (status = 422, description = "`unknown_sink`, `opted_out`, `gate_violation` (see `violations`), \
        or a field that is wrong.", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn ask_for_job(
    State(state): State<ApiState>,
    caller: Caller,
    TraceContext(traceparent): TraceContext,
    subject: Option<Extension<Subject>>,
    JsonBody(asked): JsonBody<JobBody>,
) -> Result<(StatusCode, Json<AcceptedJob>), Problem> {
    let now = state.now();
    let payload = SinglePayload::parse(asked.kind, asked.payload, state.inbound().text_max_chars)
        .map_err(|error| payload_problem(&error.field, error.code, error.reason))?;
    let run_at_ms = asked.run_at.as_deref().map_or(Ok(now), |text| read_run_at(text, now))?;
    let priority = in_range("priority", asked.priority.unwrap_or(DEFAULT_PRIORITY), &(0..=LOWEST_PRIORITY))?;
    let max_attempts = asked.max_attempts.unwrap_or_else(|| state.max_attempts(asked.kind));
    let max_attempts = if asked.max_attempts.is_some() {
        in_range("max_attempts", max_attempts, &MAX_ATTEMPTS)?
    } else {
        max_attempts
    };
    let callback = asked.callback.map(|callback| callback.sink);
    if let Some(sink) = &callback {
        ask_dispatch::check_sink(&state, "callback.sink", sink)?;
    }
    if let SinglePayload::Dispatch(text) = &payload {
        caller.require(Scope::Operate)?;
        ask_dispatch::check(&state, text).await?;
    }
    let id = JobId(subject.map_or_else(|| state.ids().next(now), |Extension(Subject(id))| id));
    let mut job = NewJob::single(id, asked.kind, max_attempts, now);
    job.payload = payload.to_json();
    job.priority = priority;
    job.run_at_ms = run_at_ms;
    job.callback = callback;
    job.created_by = Some(caller.key_id().to_string());
    job.traceparent = traceparent;
    match state.store().insert_jobs(&[job]).await {
        // A server that vanished before it could answer made the job under the same Idempotency-Key.
        Ok(()) | Err(StoreError::Taken { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    state.committed(now, &[Hint { kind: asked.kind, job_id: id, run_at_ms }]);
    let accepted =
        AcceptedJob { id: id.to_string(), kind: asked.kind, state: JobState::Queued, run_at_ms: run_at_ms.0 };
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

fn payload_problem(field: &str, code: &str, reason: String) -> Problem {
    match code.parse() {
        Ok(code) => Problem::field(code, field, reason),
        // The parser's own words say whether something is missing, unknown or of the wrong type.
        Err(_) => crate::request::data_problem(field, &reason),
    }
}

fn read_run_at(text: &str, now: UnixMs) -> Result<UnixMs, Problem> {
    let wrong = |detail: String| Problem::field(Code::InvalidValue, "run_at", detail);
    let at = UnixMs::parse_rfc3339(text).map_err(|error| {
        wrong(format!("must be a time with an offset such as 2026-03-01T12:00:00Z: {error}"))
    })?;
    if at.since(now) > PLANNED_AHEAD_MAX_MS {
        return Err(wrong("lies more than a year ahead".to_owned()));
    }
    // A moment that has passed means at once; kept as it is, it would let the job overtake those that wait.
    Ok(at.max(now))
}

fn in_range(field: &str, value: i64, range: &RangeInclusive<i64>) -> Result<i64, Problem> {
    if range.contains(&value) {
        return Ok(value);
    }
    let detail = format!("must be {} to {}, got {value}", range.start(), range.end());
    Err(Problem::field(Code::InvalidValue, field, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixMs = UnixMs(1_772_366_400_000);

    #[test]
    fn a_moment_that_has_passed_means_at_once() {
        assert_eq!(read_run_at("2020-01-01T00:00:00Z", NOON).unwrap(), NOON);
        assert_eq!(read_run_at("2026-03-01T13:00:00Z", NOON).unwrap(), NOON.plus_ms(3_600_000));
        for bad in ["tomorrow", "2026-03-01", "2028-03-01T12:00:00Z"] {
            assert_eq!(read_run_at(bad, NOON).unwrap_err().code(), Code::InvalidValue, "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_payload_gets_a_code() {
        let parse = |kind, payload| {
            let error = SinglePayload::parse(kind, payload, 10).unwrap_err();
            let problem = payload_problem(&error.field, error.code, error.reason);
            let body = serde_json::to_value(problem.clone().body()).unwrap();
            (problem.code(), body["field"].as_str().unwrap().to_owned())
        };
        let field = |code, field: &str| (code, field.to_owned());
        use serde_json::json;
        assert_eq!(parse(JobKind::Classify, json!({})), field(Code::MissingField, "payload.text"));
        assert_eq!(parse(JobKind::Classify, json!({"text": 1})), field(Code::WrongType, "payload.text"));
        assert_eq!(parse(JobKind::Classify, json!({"text": ""})), field(Code::Empty, "payload.text"));
        assert_eq!(parse(JobKind::Probe, json!({"a": 1})), field(Code::UnknownField, "payload.a"));
        assert_eq!(parse(JobKind::Judge, json!({})), field(Code::MissingField, "payload.body"));
    }
}
