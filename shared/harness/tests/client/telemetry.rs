//! What a call leaves in traces and metrics.

use std::{
    io,
    sync::{Arc, Mutex},
};

use ai_harness::client::METRICS;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::{Value, json};
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

use crate::script::{Ending, ScriptedServer, client, json as answer, patient, request, whole_stream};

const EVENTS: &[&str] = &[
    r#"{"id":"c-1","model":"drafter-1","choices":[{"index":0,"delta":{"content":"Good day Quinn-4711"},"finish_reason":"stop"}]}"#,
    r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4}}}"#,
    "[DONE]",
];

/// Collects what a subscriber writes.
#[derive(Clone, Default)]
struct Pages(Arc<Mutex<Vec<u8>>>);

impl io::Write for Pages {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Pages {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The attributes of the span of a call that is answered with `bytes`, the port of its server, and the metrics.
fn recorded(bytes: String) -> (Value, u16, String) {
    let pages = Pages::default();
    let subscriber =
        tracing_subscriber::fmt().json().with_span_events(FmtSpan::CLOSE).with_writer(pages.clone()).finish();
    let recorder = PrometheusBuilder::new().build_recorder();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let call = async {
        let server = ScriptedServer::completing(bytes, Ending::Close).await;
        let endpoint = server.endpoint();
        let _ = client(patient()).chat(&endpoint, &request()).await;
        endpoint.base_url.port().unwrap()
    };
    let port = tracing::subscriber::with_default(subscriber, || {
        metrics::with_local_recorder(&recorder, || runtime.block_on(call))
    });
    let pages = String::from_utf8(pages.0.lock().unwrap().clone()).unwrap();
    assert!(!pages.contains("4711"), "content is in a span: {pages}");
    let line = pages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let span = line.map(|line| line["span"].clone()).find(|span| span["name"] == "chat").unwrap();
    (span, port, recorder.handle().render())
}

#[test]
fn a_call_has_the_attributes_of_the_conventions() {
    let (mut span, port, metrics) = recorded(whole_stream(EVENTS));
    let expected = json!({
        "name": "chat", "otel.name": "chat drafter", "otel.kind": "client",
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "vllm", "gen_ai.output.type": "text",
        "gen_ai.request.model": "drafter", "gen_ai.request.max_tokens": 8, "gen_ai.request.temperature": 0.0,
        "gen_ai.request.seed": 1, "gen_ai.response.id": "c-1", "gen_ai.response.model": "drafter-1",
        "gen_ai.response.finish_reasons": "stop", "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 3, "gen_ai.usage.cache_read.input_tokens": 4,
        "server.address": "127.0.0.1", "server.port": port,
    });
    assert_eq!(span.take(), expected);
    let counted = [
        r#"gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",error_type="none"} 1"#,
        r#"gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",gen_ai_token_type="input"} 9"#,
        r#"gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",gen_ai_token_type="output"} 3"#,
    ];
    for line in counted {
        assert!(metrics.contains(line), "{line} is missing in\n{metrics}");
    }
    let names = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    for name in names {
        assert!(METRICS.iter().any(|metric| metric.name == name), "{name} is not declared");
    }
}

#[test]
fn a_failed_call_says_what_kind_of_failure() {
    let (span, _, metrics) = recorded(answer("429 Slow", "Quinn-4711"));
    assert_eq!((&span["error.type"], &span["otel.status_code"]), (&json!("overloaded"), &json!("ERROR")));
    assert_eq!(span.get("gen_ai.usage.input_tokens"), None);
    let line = r#"gen_ai_client_operation_duration_seconds_count{gen_ai_operation_name="chat",error_type="overloaded"} 1"#;
    assert!(metrics.contains(line), "{metrics}");
}
