//! `Idempotency-Key` on POST: the same request under the same key is carried out once and answered the same.
//!
//! Only answers that say something was done are kept; a request that was turned down changed nothing and may be sent
//! again, corrected, under its key. The request is carried out to its end even when the caller hangs up meanwhile, so
//! that a caller who comes back finds the answer. Keys of different API keys do not meet.

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http_body_util::BodyExt as _;
use prospector_store::{Idempotency, IdempotencyTicket};
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;
use uuid::Uuid;

use super::Caller;
use crate::{
    problem::{Code, Problem},
    request::read_body,
    state::ApiState,
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Longest key, in bytes.
const KEY_MAX_BYTES: usize = 255;
/// How long to wait while the first request still runs, in seconds.
const IN_FLIGHT_RETRY_S: u64 = 1;

/// The id that what a request with a key makes is to have. A server that takes the request over from one that vanished
/// gets the same, and finds what was made already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject(pub(crate) Uuid);

/// Carries a POST with a key out once.
pub(crate) async fn idempotent(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    match once(&state, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn once(state: &ApiState, request: Request, next: Next) -> Result<Response, Problem> {
    let key = read_key(request.headers())?;
    let scope = request.extensions().get::<Caller>().map(|caller| caller.key_id().to_string());
    let scope = scope.ok_or_else(|| Problem::new(Code::Internal, "the request failed; the log says why"))?;
    let (parts, body) = request.into_parts();
    let body = read_body(&parts.headers, body, state.body_max_bytes()).await?;
    let hash = request_hash(&parts, &body);
    match state.store().begin_idempotent(state.now(), &scope, &key, &hash).await? {
        Idempotency::New(ticket) => carry_out(state, ticket, parts, body, next).await,
        Idempotency::Replay { status, body } => Ok(replay(status, body)),
        Idempotency::InFlight => {
            let detail = "the first request with this key has not been answered yet";
            Err(Problem::new(Code::IdempotencyInFlight, detail).retry_after(IN_FLIGHT_RETRY_S))
        }
        Idempotency::Mismatch => {
            let detail = "this key came with another method, address, content type or body before";
            Err(Problem::new(Code::IdempotencyMismatch, detail))
        }
    }
}

/// Runs the request in a task of its own, which nobody's hanging up can end.
async fn carry_out(
    state: &ApiState,
    ticket: IdempotencyTicket,
    mut parts: Parts,
    body: Bytes,
    next: Next,
) -> Result<Response, Problem> {
    parts.extensions.insert(Subject(ticket.subject()));
    let state = state.clone();
    let task = async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        keep(&state, &ticket, response).await
    };
    match tokio::spawn(task.in_current_span()).await {
        Ok(response) => Ok(response),
        // The panic is logged and counted where it happened; the row is taken over after a minute.
        Err(_) => Err(Problem::new(Code::Internal, "the request failed; the log says why")),
    }
}

/// Keeps the answer when something was done, forgets the key when not.
async fn keep(state: &ApiState, ticket: &IdempotencyTicket, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Problem::new(Code::Internal, "the answer could not be written").into_response();
    };
    let kept = match (parts.status.is_success(), str::from_utf8(&body)) {
        (true, Ok(text)) => {
            state.store().finish_idempotent(ticket, parts.status.as_u16(), text).await.map(drop)
        }
        _ => state.store().abandon_idempotent(ticket).await,
    };
    if let Err(error) = kept {
        tracing::warn!(error = %error, "the answer of a request with an Idempotency-Key could not be kept");
    }
    Response::from_parts(parts, Body::from(body))
}

fn replay(status: u16, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    // The store holds only statuses that were sent before.
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Reads the key: the draft writes it as a quoted string, most callers without quotes.
fn read_key(headers: &HeaderMap) -> Result<String, Problem> {
    let malformed = |why: &'static str| Problem::new(Code::IdempotencyKeyMalformed, why);
    let mut given = headers.get_all(KEY).iter();
    let value = given.next().and_then(|value| value.to_str().ok());
    let value = value.ok_or_else(|| malformed("the Idempotency-Key holds something else than ASCII"))?.trim();
    if given.next().is_some() {
        return Err(malformed("there is more than one Idempotency-Key"));
    }
    let key = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    if key.is_empty() || key.len() > KEY_MAX_BYTES {
        return Err(malformed("an Idempotency-Key has 1 to 255 characters"));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\') {
        return Err(malformed("an Idempotency-Key holds only visible ASCII characters, no quotes inside"));
    }
    Ok(key.to_owned())
}

fn request_hash(parts: &Parts, body: &[u8]) -> String {
    let content_type = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    let mut hash = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), address.as_bytes(), content_type, body] {
        // A length before each part, so that no two requests run together into the same bytes.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    // In binary mode the identity of a CloudEvent stands in its headers.
    let mut events: Vec<_> =
        parts.headers.iter().filter(|(name, _)| name.as_str().starts_with("ce-")).collect();
    events.sort_by_key(|(name, value)| (name.as_str(), value.as_bytes()));
    for (name, value) in events {
        hash.update((name.as_str().len() as u64).to_be_bytes());
        hash.update(name.as_str());
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value.as_bytes());
    }
    format!("{:x}", hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(value: &'static str) -> Result<String, Code> {
        let headers = HeaderMap::from_iter([(KEY, HeaderValue::from_static(value))]);
        read_key(&headers).map_err(|problem| problem.code())
    }

    #[test]
    fn a_key_may_be_quoted() {
        assert_eq!(key("\"8e03978e-40d5\"").as_deref(), Ok("8e03978e-40d5"));
        assert_eq!(key("8e03978e-40d5").as_deref(), Ok("8e03978e-40d5"));
        for bad in ["", "\"\"", "a b", "a\"b", "\"a"] {
            assert_eq!(key(bad), Err(Code::IdempotencyKeyMalformed), "{bad:?}");
        }
        let long = HeaderValue::try_from("a".repeat(256)).unwrap();
        assert!(read_key(&HeaderMap::from_iter([(KEY, long)])).is_err());
    }

    #[test]
    fn every_part_of_a_request_counts() {
        let hash = |method: &str, uri: &str, kind: &'static str, body: &str| {
            let request = axum::http::Request::builder().method(method).uri(uri).header("content-type", kind);
            let (parts, body) = request.body(body.to_owned()).unwrap().into_parts();
            request_hash(&parts, body.as_bytes())
        };
        let first = hash("POST", "/v1/jobs", "application/json", "{}");
        assert_eq!(first, hash("POST", "/v1/jobs", "application/json", "{}"));
        for other in [
            hash("PUT", "/v1/jobs", "application/json", "{}"),
            hash("POST", "/v1/jobs?a=1", "application/json", "{}"),
            hash("POST", "/v1/jobs", "application/json{", "}"),
            hash("POST", "/v1/jobs", "application/json", "{ }"),
        ] {
            assert_ne!(first, other);
        }
    }
}
