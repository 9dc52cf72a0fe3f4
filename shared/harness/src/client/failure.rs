//! Reads what went wrong from what servers and networks say.
//!
//! A server's message may quote the prompt, so none is ever passed on: an error's detail is made of our own words, of numbers,
//! and of the server's identifiers.

use std::{error::Error, io, time::Duration};

use http::{HeaderMap, header::RETRY_AFTER};
use serde_json::Value;

use crate::client::{FailureKind, InferenceError};

/// A longer wish to be left alone is not one that a server means.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);
/// Longer identifiers than this are not identifiers.
const IDENTIFIER_MAX_CHARS: usize = 64;

/// What a server's message is about, told by a part of it in lower case: what is said of it instead, and whether it means that
/// the prompt is too long.
const TOPICS: &[(&str, &str, bool)] = &[
    ("maximum context length", "prompt and answer do not fit the context", true),
    ("maximum model length", "prompt and answer do not fit the context", true),
    ("available context size", "prompt and answer do not fit the context", true),
    ("loading model", "loading its model", false),
    ("api key", "the key was refused", false),
    ("schema", "the schema was refused", false),
    ("grammar", "the schema was refused", false),
    ("priority", "priority is not served", false),
    ("does not exist", "no such model", false),
];

/// What an error body says, without its words.
#[derive(Debug, Default)]
struct Told {
    code: Option<u16>,
    /// Identifiers as they are to be shown.
    shown: Vec<String>,
    kind: String,
    param: String,
    symbol: String,
    topic: Option<&'static str>,
    too_long: bool,
}

/// The failure that an answer with `status` and `body` reports.
pub(super) fn of_answer(status: u16, headers: &HeaderMap, body: &[u8]) -> InferenceError {
    let told = serde_json::from_slice(body).map(|body| Told::of_body(&body)).unwrap_or_default();
    let mut failure = InferenceError::new(kind_of(status, &told), told.detail(&format!("status {status}")));
    failure.status = Some(status);
    failure.retry_after = retry_after(headers);
    failure
}

/// The failure that an event in the middle of a stream reports. The status of such a stream says nothing: it is 200.
pub(super) fn of_event(error: &Value) -> InferenceError {
    let told = Told::of_error(error);
    // Without a code it is a fault of the server, which had already accepted the request.
    let kind = kind_of(told.code.unwrap_or(500), &told);
    InferenceError::new(kind, told.detail("error in the stream"))
}

/// The failure of a connection.
pub(super) fn of_network(error: &reqwest::Error) -> InferenceError {
    let cause = io_kind(error).map(|kind| format!(" ({kind})")).unwrap_or_default();
    if error.is_builder() {
        return InferenceError::new(FailureKind::Rejected, "the request cannot be put into HTTP");
    }
    if error.is_timeout() && !error.is_connect() {
        return InferenceError::new(FailureKind::TimedOut, "the connection timed out");
    }
    // A machine that does not even take the connection is gone, or not there yet.
    let during = if error.is_connect() { "no connection" } else { "the connection broke" };
    InferenceError::new(FailureKind::Vanished, format!("{during}{cause}"))
}

fn kind_of(status: u16, told: &Told) -> FailureKind {
    let names_a_model =
        told.kind == "NotFoundError" || told.symbol == "model_not_found" || told.param == "model";
    match status {
        400 | 413 | 422 if told.is_too_long() => FailureKind::ContextTooLong,
        401 | 403 => FailureKind::Unauthorized,
        404 if names_a_model => FailureKind::UnknownModel,
        408 | 504 => FailureKind::TimedOut,
        429 => FailureKind::Overloaded,
        503 if told.topic == Some("loading its model") => FailureKind::Loading,
        503 => FailureKind::Overloaded,
        500.. => FailureKind::Server,
        400.. => FailureKind::Rejected,
        _ => FailureKind::Malformed,
    }
}

impl Told {
    /// Bodies are `{"error": "words"}`, `{"error": {…}}`, or the members of the latter without the wrapping.
    fn of_body(body: &Value) -> Self {
        Self::of_error(body.get("error").unwrap_or(body))
    }

    fn of_error(error: &Value) -> Self {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let message = error.as_str().unwrap_or_else(|| text("message")).to_lowercase();
        let topic = TOPICS.iter().find(|(part, ..)| message.contains(part));
        let number = |name: &str| error.get(name).and_then(Value::as_u64);
        let mut told = Self {
            code: number("code")
                .or_else(|| text("code").parse().ok())
                .and_then(|code| u16::try_from(code).ok()),
            kind: text("type").to_owned(),
            param: text("param").to_owned(),
            symbol: text("code").to_owned(),
            topic: topic.map(|(_, words, _)| *words),
            too_long: topic.is_some_and(|(_, _, too_long)| *too_long),
            ..Self::default()
        };
        for name in ["type", "param", "code"] {
            let value = text(name);
            if is_identifier(value) {
                told.shown.push(format!("{name} {value}"));
            }
        }
        for name in ["code", "n_prompt_tokens", "n_ctx"] {
            told.shown.extend(number(name).map(|value| format!("{name} {value}")));
        }
        told
    }

    fn is_too_long(&self) -> bool {
        self.too_long
            || self.kind == "exceed_context_size_error"
            || self.symbol == "context_length_exceeded"
            || matches!(self.param.as_str(), "input_text" | "input_tokens")
    }

    fn detail(&self, what: &str) -> String {
        let mut parts = vec![what.to_owned()];
        parts.extend(self.topic.map(str::to_owned));
        parts.extend(self.shown.iter().cloned());
        parts.join(", ")
    }
}

/// True for what a programmer wrote, such as `invalid_request_error`, and for nothing that a guest would.
fn is_identifier(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphabetic() || c == '_';
    // A single word in small letters could be anybody's.
    let shaped = text.contains('_') || text.ends_with("Error");
    shaped && text.len() <= IDENTIFIER_MAX_CHARS && text.chars().all(allowed)
}

/// Only the form in seconds: a date would need a clock to be understood.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<io::Error>() {
            return Some(found.kind());
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTED: &str = "Quinn";

    /// Status, body, kind, and the detail. Every body quotes a guest where a server might.
    const ANSWERS: &[(u16, &str, FailureKind, &str)] = &[
        (
            503,
            r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#,
            FailureKind::Loading,
            "status 503, loading its model, type unavailable_error, code 503",
        ),
        (401, r#"{"error":"Unauthorized"}"#, FailureKind::Unauthorized, "status 401"),
        (
            401,
            r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#,
            FailureKind::Unauthorized,
            "status 401, the key was refused, type authentication_error, code 401",
        ),
        (
            404,
            r#"{"error":{"message":"The model `Quinn` does not exist.","type":"NotFoundError","param":"model","code":404}}"#,
            FailureKind::UnknownModel,
            "status 404, no such model, type NotFoundError, code 404",
        ),
        (
            404,
            r#"{"error":{"message":"File Not Found","type":"not_found_error","code":404}}"#,
            FailureKind::Rejected,
            "status 404, type not_found_error, code 404",
        ),
        (404, r#"{"detail":"Not Found"}"#, FailureKind::Rejected, "status 404"),
        (
            400,
            r#"{"error":{"code":400,"message":"request (9031 tokens) exceeds the available context size (2048 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9031,"n_ctx":2048}}"#,
            FailureKind::ContextTooLong,
            "status 400, prompt and answer do not fit the context, type exceed_context_size_error, code 400, \
             n_prompt_tokens 9031, n_ctx 2048",
        ),
        (
            400,
            r#"{"error":{"message":"Quinn is too long","type":"BadRequestError","param":"input_text","code":400}}"#,
            FailureKind::ContextTooLong,
            "status 400, type BadRequestError, param input_text, code 400",
        ),
        (
            400,
            r#"{"object":"error","message":"This model's maximum context length is 2048 tokens.","type":"BadRequestError","param":null,"code":400}"#,
            FailureKind::ContextTooLong,
            "status 400, prompt and answer do not fit the context, type BadRequestError, code 400",
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"JSON schema error at #: unrecognized type Quinn","type":"invalid_request_error"}}"#,
            FailureKind::Rejected,
            "status 400, the schema was refused, type invalid_request_error, code 400",
        ),
        (
            422,
            r#"{"error":{"message":"bad input: Quinn","type":"Quinn","param":"dear Quinn","code":"Quinn"}}"#,
            FailureKind::Rejected,
            "status 422",
        ),
        (429, "Quinn, slow down", FailureKind::Overloaded, "status 429"),
        (503, r#"{"error":{"message":"queue full"}}"#, FailureKind::Overloaded, "status 503"),
        (500, "", FailureKind::Server, "status 500"),
        (502, "<html>Bad Gateway</html>", FailureKind::Server, "status 502"),
        (504, "", FailureKind::TimedOut, "status 504"),
        (307, "", FailureKind::Malformed, "status 307"),
    ];

    #[test]
    fn an_error_is_understood_and_quotes_nothing() {
        for (status, body, kind, detail) in ANSWERS {
            let failure = of_answer(*status, &HeaderMap::new(), body.as_bytes());
            assert_eq!((failure.kind, failure.detail.as_str()), (*kind, *detail), "{body}");
            assert_eq!(failure.status, Some(*status));
            assert!(!failure.to_string().contains(QUOTED));
        }
    }

    #[test]
    fn an_error_in_a_stream_goes_by_its_code() {
        let cases = [
            (
                r#"{"message":"EngineCore died on Quinn","type":"InternalServerError","code":500}"#,
                FailureKind::Server,
            ),
            (r#"{"message":"full","code":503}"#, FailureKind::Overloaded),
            (r#"{"message":"full","code":"429"}"#, FailureKind::Overloaded),
            (r#"{"message":"x","type":"exceed_context_size_error","code":400}"#, FailureKind::ContextTooLong),
            (r#""Quinn""#, FailureKind::Server),
            ("null", FailureKind::Server),
        ];
        for (error, kind) in cases {
            let failure = of_event(&serde_json::from_str(error).unwrap());
            assert_eq!(failure.kind, kind, "{error}");
            assert!(!failure.to_string().contains(QUOTED), "{failure}");
        }
    }

    #[test]
    fn a_wish_to_wait_is_read_and_bounded() {
        let asked = |value: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            of_answer(429, &headers, b"").retry_after
        };
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("999999999"), Some(RETRY_AFTER_MAX));
        assert_eq!(asked("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }
}
