//! What is noted about every request: an id in and out, a span, a count and a duration. Never bodies, contacts or keys.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use prospector_runtime::{
    clock::Stopwatch,
    telemetry::{self, Family, FamilyKind, Label, SECONDS},
};
use tracing::{Instrument as _, field::Empty};

use crate::{
    request::{TRACEPARENT, TraceContext},
    state::ApiState,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id taken over from a caller, in bytes.
const REQUEST_ID_MAX_BYTES: usize = 128;
/// The route of requests that fit none.
pub(crate) const UNMATCHED: &str = "unmatched";

/// The metrics of the interface, to be created at zero when the process starts.
pub const METRICS: &[Family] = &[REQUESTS, DURATION, STREAMS];

const REQUESTS: Family = Family {
    name: "prospector_http_requests_total",
    kind: FamilyKind::Counter,
    help: "Requests by route and class of status.",
    labels: &[ROUTE, Label { name: "status", values: || vec!["2xx", "3xx", "4xx", "5xx"] }],
};
const DURATION: Family = Family {
    name: "prospector_http_request_duration_seconds",
    kind: FamilyKind::Histogram(SECONDS),
    help: "Time until the answer began, by route.",
    labels: &[ROUTE],
};
/// Counted where streams begin and end.
pub(crate) const STREAMS: Family = Family {
    name: "prospector_http_event_streams",
    kind: FamilyKind::Gauge,
    help: "Event streams that are open.",
    labels: &[],
};
const ROUTE: Label = Label { name: "route", values: || crate::router::route_names().to_vec() };

/// Wraps every request, also those that fit no route.
pub(crate) async fn observe(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let route = route_of(&request);
    let request_id = request_id(request.headers())
        .unwrap_or_else(|| state.ids().next(state.now()).as_hyphenated().to_string());
    let upstream = TraceContext::of(request.headers()).0;
    let span = tracing::info_span!(
        "http.request",
        otel.name = route,
        otel.kind = "server",
        http.route = route,
        request.id = %request_id,
        trace.parent = upstream,
        api.key = Empty,
        http.status = Empty,
    );
    telemetry::continue_trace(&span, upstream.as_deref());
    // What the request causes is caused by our part of the trace, not by the caller's.
    if let Some(Ok(ours)) = telemetry::traceparent_of(&span).map(HeaderValue::try_from) {
        request.headers_mut().insert(TRACEPARENT, ours);
    }
    // Nothing further in may log the key by accident.
    if let Some(key) = request.headers_mut().get_mut(header::AUTHORIZATION) {
        key.set_sensitive(true);
    }
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.status", status.as_u16());
    note(route, status, &watch);
    span.in_scope(|| {
        tracing::debug!(http.duration_ms = watch.elapsed_ms(), "answered");
    });
    if let Ok(value) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn note(route: &'static str, status: StatusCode, watch: &Stopwatch) {
    let class = match status.as_u16() {
        ..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    };
    metrics::counter!(REQUESTS.name, "route" => route, "status" => class).increment(1);
    metrics::histogram!(DURATION.name, "route" => route).record(watch.elapsed_s());
}

/// The route's template, such as `POST /v1/inbound`; from the closed list, so that no address becomes a label.
fn route_of(request: &Request) -> &'static str {
    let Some(path) = request.extensions().get::<MatchedPath>() else { return UNMATCHED };
    // A HEAD is answered by what answers the GET.
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let (method, path) = (method.as_str(), path.as_str());
    crate::router::route_names()
        .iter()
        .copied()
        .find(|name| name.split_once(' ') == Some((method, path)))
        .unwrap_or(UNMATCHED)
}

/// The caller's own id of the request, when it is one that can be logged.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    let good = !text.is_empty() && text.len() <= REQUEST_ID_MAX_BYTES && text.bytes().all(plain);
    good.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_request_id_is_taken_over() {
        let of = |value: &'static str| {
            request_id(&HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static(value))]))
        };
        assert_eq!(of("req-7_a.b:c").as_deref(), Some("req-7_a.b:c"));
        assert_eq!(of(""), None);
        assert_eq!(of("two words"), None);
        let long = HeaderValue::try_from("a".repeat(129)).unwrap();
        assert_eq!(request_id(&HeaderMap::from_iter([(REQUEST_ID, long)])), None);
    }
}
