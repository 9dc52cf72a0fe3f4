//! The client itself: sends a request, follows the stream, and gives the answer once it is whole.

use std::time::Duration;

use http::{HeaderName, HeaderValue, header::CONTENT_TYPE};
use reqwest::{RequestBuilder, Response};
use tokio::time::timeout;
use tracing::{Instrument, Span};
use url::Url;

use super::{
    answer::{Answer, Timing},
    events::Events,
    failure, telemetry,
    wire::ChatBody,
};
use crate::{
    client::{ChatRequest, ClientOptions, Completion, Endpoint, FailureKind, InferenceError},
    stopwatch::Stopwatch,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// How much of an error's body is read: servers that quote the request would send it all back.
const ERROR_BODY_MAX_BYTES: usize = 64 * 1024;

/// Talks to inference servers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct InferenceClient {
    pub(super) http: reqwest::Client,
    pub(super) options: ClientOptions,
}

impl InferenceClient {
    /// A client that sends through `http`, for which [`ClientOptions::http_client`] makes a fitting one.
    #[must_use]
    pub const fn new(http: reqwest::Client, options: ClientOptions) -> Self {
        Self { http, options }
    }

    /// Asks `endpoint` for one completion and waits until it is whole. Dropping the future closes the connection, which
    /// frees the server's slot.
    ///
    /// # Errors
    /// [`InferenceError`]; an answer that is cut, empty or unfinished is one too.
    pub async fn chat(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<Completion, InferenceError> {
        let span = telemetry::call_span(&self.options.provider, endpoint, request);
        let watch = Stopwatch::start();
        let call = self.stream(endpoint, request, &span, &watch).instrument(span.clone());
        let result = timeout(self.options.total_timeout, call).await.unwrap_or_else(|_| {
            Err(timed_out("the answer was not whole in time", self.options.total_timeout))
        });
        telemetry::record_end(&span, &result, watch.elapsed());
        result
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        span: &Span,
        watch: &Stopwatch,
    ) -> Result<Completion, InferenceError> {
        let patience = self.options.first_token_timeout;
        let response = timeout(patience, self.open(endpoint, request, span))
            .await
            .map_err(|_| timed_out("no answer", patience))??;
        let mut answer = Answer::new(self.options.answer_max_bytes);
        let followed = self.follow(response, &mut answer, watch).await;
        telemetry::record_response(span, answer.response_id(), answer.model(), answer.finish_reason());
        let time_to_first_token_ms = followed.map_err(|failure| answer.with_usage(failure))?;
        answer.finish(Timing { duration_ms: watch.elapsed_ms(), time_to_first_token_ms })
    }

    async fn open(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
        span: &Span,
    ) -> Result<Response, InferenceError> {
        let body = ChatBody::new(&endpoint.model, request, self.options.serves_priority);
        let mut sending =
            self.authorised(endpoint, self.http.post(path(&endpoint.base_url, CHAT))).json(&body);
        if let Some(id) = &request.request_id {
            let value = HeaderValue::from_str(id).map_err(|_| {
                InferenceError::new(FailureKind::Rejected, "the request id cannot be sent in a header")
            })?;
            sending = sending.header(X_REQUEST_ID, value);
        }
        if let Some(traceparent) = self.options.traceparent.and_then(|of| of(span)) {
            sending = sending.header(TRACEPARENT, traceparent);
        }
        let response = sending.send().await.map_err(|error| failure::of_network(&error))?;
        let is_stream = response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        match (response.status().is_success(), is_stream) {
            (true, true) => Ok(response),
            (true, false) => Err(InferenceError {
                status: Some(response.status().as_u16()),
                ..InferenceError::new(FailureKind::Malformed, "the answer is not a stream of events")
            }),
            (false, _) => Err(self.failure_of(response).await),
        }
    }

    /// Adds events to `answer` until it is done, and returns when its first token came, in milliseconds.
    async fn follow(
        &self,
        response: Response,
        answer: &mut Answer,
        watch: &Stopwatch,
    ) -> Result<u64, InferenceError> {
        let mut events = Events::new(response);
        let mut first_token_ms = None;
        while !answer.is_done() {
            let patience = match first_token_ms {
                Some(_) => self.options.idle_timeout,
                None => self.options.first_token_timeout.saturating_sub(watch.elapsed()),
            };
            let event = timeout(patience, events.next()).await.map_err(|_| match first_token_ms {
                Some(_) => timed_out("no next token", patience),
                None => timed_out("no first token", self.options.first_token_timeout),
            })?;
            // The end of the stream; whether it was the right moment, the answer knows.
            let Some(event) = event else { break };
            answer.push(&event?)?;
            if first_token_ms.is_none() && answer.has_begun() {
                first_token_ms = Some(watch.elapsed_ms());
            }
        }
        Ok(first_token_ms.unwrap_or_else(|| watch.elapsed_ms()))
    }

    /// `request` with the endpoint's key.
    pub(super) fn authorised(&self, endpoint: &Endpoint, request: RequestBuilder) -> RequestBuilder {
        match &endpoint.api_key {
            Some(key) => request.bearer_auth(key.expose()),
            None => request,
        }
    }

    /// What an answer that is no success says.
    pub(super) async fn failure_of(&self, response: Response) -> InferenceError {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // What cannot be read adds nothing to the status.
        let body = self.body(response, ERROR_BODY_MAX_BYTES).await.unwrap_or_default();
        failure::of_answer(status, &headers, &body)
    }

    /// The first `max_bytes` of a body.
    pub(super) async fn body(
        &self,
        mut response: Response,
        max_bytes: usize,
    ) -> Result<Vec<u8>, InferenceError> {
        let mut body = Vec::new();
        while body.len() < max_bytes {
            let patience = self.options.idle_timeout;
            let chunk = timeout(patience, response.chunk())
                .await
                .map_err(|_| timed_out("the body stopped", patience))?
                .map_err(|error| failure::of_network(&error))?;
            let Some(chunk) = chunk else { break };
            body.extend_from_slice(&chunk);
        }
        body.truncate(max_bytes);
        Ok(body)
    }
}

const CHAT: &[&str] = &["v1", "chat", "completions"];

/// `base` with more segments; a base may have a path of its own.
pub(super) fn path(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

pub(super) fn timed_out(what: &str, after: Duration) -> InferenceError {
    InferenceError::new(FailureKind::TimedOut, format!("{what} within {} ms", after.as_millis()))
}
