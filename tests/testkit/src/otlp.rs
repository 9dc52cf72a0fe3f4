//! A receiver of traces that speaks OTLP, by gRPC and by HTTP, and keeps what it is sent.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::span::SpanKind,
};
use prost::Message as _;
use tokio::{net::TcpListener, task::JoinHandle};
use tonic::{Request, Response, Status, service::Routes};

/// Listens on two ports of 127.0.0.1 until dropped.
#[derive(Debug)]
pub struct OtlpReceiver {
    grpc: SocketAddr,
    http: SocketAddr,
    spans: Spans,
    tasks: [JoinHandle<()>; 2],
}

/// One span as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedSpan {
    /// The `service.name` of its process.
    pub service: String,
    /// Its name.
    pub name: String,
    /// `Server`, `Client`, `Consumer`, ….
    pub kind: String,
    /// In hexadecimal.
    pub trace_id: String,
    /// In hexadecimal.
    pub span_id: String,
    /// In hexadecimal; empty for the first of a trace.
    pub parent_id: String,
    /// Since 1970, in nanoseconds.
    pub started_ns: u64,
    /// Since 1970, in nanoseconds.
    pub ended_ns: u64,
    /// Its attributes, as text.
    pub attributes: BTreeMap<String, String>,
    /// What was logged in it, with the attributes, as text.
    pub events: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Spans(Arc<Mutex<Vec<ReceivedSpan>>>);

impl OtlpReceiver {
    /// Starts listening.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn start() -> Self {
        let spans = Spans::default();
        let (grpc, http) = (listen().await, listen().await);
        let address = |listener: &TcpListener| listener.local_addr().expect("a listener has an address");
        let addresses = (address(&grpc), address(&http));
        let over_grpc = Routes::new(TraceServiceServer::new(spans.clone())).into_axum_router();
        let over_http = Router::new().route("/v1/traces", post(take)).with_state(spans.clone());
        let tasks = [serve(grpc, over_grpc), serve(http, over_http)];
        Self { grpc: addresses.0, http: addresses.1, spans, tasks }
    }

    /// Where it is spoken to by gRPC.
    #[must_use]
    pub fn grpc_url(&self) -> String {
        format!("http://{}", self.grpc)
    }

    /// Where it is spoken to by HTTP, without the path of a signal.
    #[must_use]
    pub fn http_url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// The spans that came so far.
    #[must_use]
    pub fn spans(&self) -> Vec<ReceivedSpan> {
        self.spans.lock().clone()
    }

    /// The spans of one trace that came so far, in the order in which they began.
    #[must_use]
    pub fn trace(&self, trace_id: &str) -> Vec<ReceivedSpan> {
        let mut spans = self.spans();
        spans.retain(|span| span.trace_id == trace_id);
        spans.sort_by_key(|span| span.started_ns);
        spans
    }
}

impl Drop for OtlpReceiver {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("failed to listen on 127.0.0.1")
}

fn serve(listener: TcpListener, routes: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        axum::serve(listener, routes).await.expect("the accept loop of a listener does not end");
    })
}

async fn take(State(spans): State<Spans>, body: Bytes) -> StatusCode {
    match ExportTraceServiceRequest::decode(body) {
        Ok(request) => {
            spans.keep(request);
            StatusCode::OK
        }
        Err(_) => StatusCode::BAD_REQUEST,
    }
}

#[tonic::async_trait]
impl TraceService for Spans {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.keep(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Spans {
    fn lock(&self) -> MutexGuard<'_, Vec<ReceivedSpan>> {
        self.0.lock().expect("no holder of the lock panics")
    }

    fn keep(&self, request: ExportTraceServiceRequest) {
        let mut kept = self.lock();
        for of_process in request.resource_spans {
            let resource = attributes(&of_process.resource.unwrap_or_default().attributes);
            let service = resource.get("service.name").cloned().unwrap_or_default();
            for span in of_process.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                let kind = SpanKind::try_from(span.kind).unwrap_or_default();
                let event = |name: &str, of: &[KeyValue]| format!("{name} {:?}", attributes(of));
                kept.push(ReceivedSpan {
                    service: service.clone(),
                    kind: format!("{kind:?}"),
                    trace_id: hex(&span.trace_id),
                    span_id: hex(&span.span_id),
                    parent_id: hex(&span.parent_span_id),
                    started_ns: span.start_time_unix_nano,
                    ended_ns: span.end_time_unix_nano,
                    attributes: attributes(&span.attributes),
                    events: span.events.iter().map(|of| event(&of.name, &of.attributes)).collect(),
                    name: span.name,
                });
            }
        }
    }
}

fn attributes(given: &[KeyValue]) -> BTreeMap<String, String> {
    given.iter().map(|pair| (pair.key.clone(), text(pair.value.as_ref()))).collect()
}

fn text(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::BoolValue(is)) => is.to_string(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
