//! The trace and the metrics of a call, with the names of OpenTelemetry's conventions for generative AI.
//!
//! Content is never recorded, and neither is an id in a metric.

use std::time::Duration;

use metrics::histogram;
use tracing::{Span, field, info_span};

use crate::{
    client::{ChatRequest, Completion, Endpoint, FailureKind, InferenceError, Usage, answer::FinishReason},
    metric::{Metric, MetricKind, MetricLabel, values_of},
};

/// The one operation there is.
const OPERATION: &str = "chat";
/// The value of `error_type` for calls that succeeded.
const NO_ERROR: &str = "none";

/// The conventions' bounds for durations in seconds, with more for a queue on a slow machine.
const SECONDS: &[f64] = &[
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68,
    655.36,
];
/// The conventions' bounds for tokens, as far as a context goes.
const TOKENS: &[f64] =
    &[1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0];

const OPERATION_LABEL: MetricLabel =
    MetricLabel { name: "gen_ai_operation_name", values: || vec![OPERATION] };

const DURATION: Metric = Metric {
    name: "gen_ai_client_operation_duration_seconds",
    kind: MetricKind::Histogram(SECONDS),
    help: "Time a call to a model took, by the error it ended with.",
    labels: &[OPERATION_LABEL, MetricLabel { name: "error_type", values: error_types }],
};
const TOKEN_USAGE: Metric = Metric {
    name: "gen_ai_client_token_usage",
    kind: MetricKind::Histogram(TOKENS),
    help: "Tokens that a call to a model used.",
    labels: &[OPERATION_LABEL, MetricLabel { name: "gen_ai_token_type", values: || vec!["input", "output"] }],
};

/// Every metric of the client.
pub const METRICS: &[Metric] = &[DURATION, TOKEN_USAGE];

fn error_types() -> Vec<&'static str> {
    let mut types = vec![NO_ERROR];
    types.extend(values_of::<FailureKind>());
    types
}

/// The span of one call; what is not known yet is empty.
pub(super) fn call_span(provider: &str, endpoint: &Endpoint, request: &ChatRequest) -> Span {
    let model = endpoint.model.as_str();
    info_span!(
        "chat",
        otel.name = format!("{OPERATION} {model}"),
        otel.kind = "client",
        otel.status_code = field::Empty,
        gen_ai.operation.name = OPERATION,
        gen_ai.provider.name = provider,
        gen_ai.request.model = model,
        gen_ai.request.max_tokens = request.max_tokens,
        gen_ai.request.temperature = request.temperature,
        gen_ai.request.seed = request.seed,
        gen_ai.output.type = if request.json_schema.is_some() { "json" } else { "text" },
        gen_ai.response.id = field::Empty,
        gen_ai.response.model = field::Empty,
        gen_ai.response.finish_reasons = field::Empty,
        gen_ai.usage.input_tokens = field::Empty,
        gen_ai.usage.output_tokens = field::Empty,
        gen_ai.usage.cache_read.input_tokens = field::Empty,
        server.address = endpoint.base_url.host_str(),
        server.port = endpoint.base_url.port_or_known_default(),
        error.type = field::Empty,
    )
}

/// Records what the server said about an answer, whole or not.
pub(super) fn record_response(span: &Span, id: &str, model: &str, finish_reason: Option<&FinishReason>) {
    if !id.is_empty() {
        span.record("gen_ai.response.id", id);
    }
    if !model.is_empty() {
        span.record("gen_ai.response.model", model);
    }
    if let Some(reason) = finish_reason {
        let name = match reason {
            FinishReason::Stop => "stop",
            FinishReason::Length => "length",
            FinishReason::Other(name) => name,
        };
        span.record("gen_ai.response.finish_reasons", name);
    }
}

/// Records how a call ended, in its span and in the metrics.
pub(super) fn record_end(span: &Span, result: &Result<Completion, InferenceError>, took: Duration) {
    let (usage, error_type) = match result {
        Ok(completion) => (Some(completion.usage), NO_ERROR),
        Err(failure) => (failure.usage, failure.kind.into()),
    };
    if result.is_err() {
        span.record("error.type", error_type);
        span.record("otel.status_code", "ERROR");
    }
    histogram!(DURATION.name, "gen_ai_operation_name" => OPERATION, "error_type" => error_type)
        .record(took.as_secs_f64());
    if let Some(usage) = usage {
        record_usage(span, usage);
    }
}

#[expect(clippy::cast_precision_loss, reason = "no answer has so many tokens that a bucket would be missed")]
fn record_usage(span: &Span, usage: Usage) {
    span.record("gen_ai.usage.input_tokens", usage.input_tokens);
    span.record("gen_ai.usage.output_tokens", usage.output_tokens);
    span.record("gen_ai.usage.cache_read.input_tokens", usage.cached_input_tokens);
    for (kind, tokens) in [("input", usage.input_tokens), ("output", usage.output_tokens)] {
        histogram!(TOKEN_USAGE.name, "gen_ai_operation_name" => OPERATION, "gen_ai_token_type" => kind)
            .record(tokens as f64);
    }
}
