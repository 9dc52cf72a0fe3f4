//! Traces: one for each message, from the request that brought it to the webhook that answered it, sent over OTLP.
//!
//! What belongs together is tied by the W3C `traceparent` that a request brings or is given, and that travels in the rows
//! of its candidate and jobs. While a job waits nothing is open: a wait is a gap between two spans. Without a receiver
//! no trace is made, and the `traceparent` of a request is passed on as it came.

use std::{collections::HashMap, time::Duration};

use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator as _,
    trace::{Link, SpanKind, TraceContextExt as _, TraceId, TraceState, TracerProvider as _},
};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SamplingDecision, SamplingResult, SdkTracer, SdkTracerProvider, ShouldSample},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::{
    build_info,
    config::{OtlpProtocol, OtlpSettings},
};

/// The field and header of the Trace Context recommendation.
const TRACEPARENT: &str = "traceparent";
/// How long the last spans may take to be sent when the process ends.
const LAST_EXPORT: Duration = Duration::from_secs(5);
/// Spans that are worth a trace only as part of one: beside it they are the everyday noise of a process that waits.
/// Probes and scrapes are named by their routes.
const NEVER_ALONE: [&str; 5] = ["db.", "queue.", "redis.", "GET /health/", "GET /metrics"];

/// Makes spans, and sends them.
#[derive(Debug)]
pub(super) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Starts sending to the receiver in `settings`, in the name of `service`. That the receiver is away is no error:
    /// spans are dropped until it is there.
    pub(super) fn start(
        settings: &OtlpSettings,
        service: &str,
        instance: &str,
    ) -> Result<Option<Self>, ExporterBuildError> {
        let Some(endpoint) = &settings.endpoint else { return Ok(None) };
        let timeout = Duration::from_millis(settings.timeout_ms);
        let exporter = match settings.protocol {
            OtlpProtocol::Grpc => SpanExporter::builder()
                .with_tonic()
                .with_endpoint(endpoint.expose())
                .with_timeout(timeout)
                .build()?,
            OtlpProtocol::Http => {
                // The base of the receiver is what its documentation names; each signal has a path below it.
                let address = format!("{}/v1/traces", endpoint.expose().trim_end_matches('/'));
                SpanExporter::builder().with_http().with_endpoint(address).with_timeout(timeout).build()?
            }
        };
        let resource = Resource::builder()
            .with_service_name(service.to_owned())
            .with_attributes([
                KeyValue::new("service.version", build_info::VERSION),
                KeyValue::new("service.instance.id", instance.to_owned()),
            ])
            .build();
        let root = Roots { ratio: Sampler::TraceIdRatioBased(settings.sample_ratio) };
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(root)))
            .with_resource(resource)
            .build();
        Ok(Some(Self { provider }))
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.provider.tracer("prospector")
    }

    /// Sends what is left. Blocks; the receiver may be away.
    pub(super) fn end(&self) {
        if let Err(error) = self.provider.shutdown_with_timeout(LAST_EXPORT) {
            tracing::warn!(%error, "the last spans may be lost");
        }
    }
}

/// Which traces may begin: a share of those that say something by themselves.
#[derive(Debug, Clone)]
struct Roots {
    ratio: Sampler,
}

impl ShouldSample for Roots {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        if NEVER_ALONE.iter().any(|prefix| name.starts_with(prefix)) {
            return SamplingResult {
                decision: SamplingDecision::Drop,
                attributes: Vec::new(),
                trace_state: TraceState::default(),
            };
        }
        self.ratio.should_sample(parent_context, trace_id, name, span_kind, attributes, links)
    }
}

/// Makes `span` a part of the trace in `traceparent`. To be called before the span is entered; does nothing when no
/// traces are made, or when `traceparent` is none or cannot be read.
pub fn continue_trace(span: &Span, traceparent: Option<&str>) {
    let Some(traceparent) = traceparent else { return };
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract(&carrier);
    if context.span().span_context().is_valid() {
        // Refused only when there is no receiver or the span is off, and then there is nothing to tie.
        let _ = span.set_parent(context);
    }
}

/// The `traceparent` under which whatever `span` causes belongs to its trace; none when no traces are made.
#[must_use]
pub fn traceparent_of(span: &Span) -> Option<String> {
    let context = span.context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut carrier);
    carrier.remove(TRACEPARENT)
}
