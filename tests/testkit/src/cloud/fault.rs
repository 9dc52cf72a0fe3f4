//! What the fake cloud does wrong when told to.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use prospector_domain::time::UnixMs;
use serde_json::json;
use tokio::sync::Notify;

/// A request that is refused before anything happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloudRefusal {
    /// 422, because there is no machine to rent.
    NoCapacity,
    /// 429 after a burst, with `retry-after` in seconds.
    Burst(u64),
    /// 429 after an hour's worth of requests: only `ratelimit-reset` says when it ends, this long from now.
    HourlyLimit(Duration),
    /// Any other status.
    Status(u16),
}

/// What happens to the next create.
#[derive(Debug, Clone)]
pub enum CreateFault {
    /// It is refused.
    Refused(CloudRefusal),
    /// It takes effect, and the connection is closed instead of an answer.
    AnswerLost,
    /// It takes effect, and the answer comes when told.
    AnswerWhenTold(Arc<Notify>),
    /// It takes effect only when told, whether or not anyone still waits for the answer.
    EffectWhenTold(Arc<Notify>),
}

/// What happens to the next destroy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteFault {
    /// It is refused.
    Refused(CloudRefusal),
    /// It is accepted, and the droplet is there, and billed, for this many lists more.
    Slow(u32),
    /// It is accepted, and nothing happens.
    NoEffect,
    /// It takes effect, and the connection is closed instead of an answer.
    AnswerLost,
}

impl CloudRefusal {
    pub(super) fn answer(self, now: UnixMs) -> Response {
        match self {
            Self::NoCapacity => refuse(422, "unprocessable_entity", "Size is not available in this region."),
            Self::Burst(seconds) => {
                let mut answer = too_many();
                answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                answer
            }
            Self::HourlyLimit(left) => {
                let mut answer = too_many();
                let reset_s = now.0.div_euclid(1_000).saturating_add_unsigned(left.as_secs());
                let now = jiff::Timestamp::from_millisecond(now.0).expect("a test's time is on the calendar");
                let date = jiff::fmt::rfc2822::DateTimePrinter::new()
                    .timestamp_to_rfc9110_string(&now)
                    .expect("the calendar of HTTP begins in year 0");
                let headers = answer.headers_mut();
                headers.insert("ratelimit-limit", 5_000.into());
                headers.insert("ratelimit-remaining", 0.into());
                headers.insert("ratelimit-reset", reset_s.into());
                headers.insert(header::DATE, date.parse().expect("a date is a valid header"));
                answer
            }
            Self::Status(code) => refuse(code, "server_error", "Unexpected server-side error"),
        }
    }
}

fn too_many() -> Response {
    refuse(429, "too_many_requests", "API Rate limit exceeded.")
}

/// An error as the API words it.
pub(super) fn refuse(code: u16, id: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(code).expect("a test's status is valid");
    let body = json!({ "id": id, "message": message, "request_id": "4d9d8375-3c56-4925-a3e7-eb137fed17e9" });
    (status, Json(body)).into_response()
}

/// Closes the connection instead of answering.
pub(super) fn hang_up() -> ! {
    // Unwinding ends the task that serves the connection, which closes it; unlike a panic it prints nothing.
    std::panic::resume_unwind(Box::new("the answer is lost"))
}
