//! Log lines.

use std::io::{IsTerminal as _, stderr};

use opentelemetry_sdk::trace::SdkTracer;
use tracing::{Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    Layer, Registry,
    filter::Targets,
    fmt,
    fmt::MakeWriter,
    layer::{Context, SubscriberExt as _},
};

use super::{
    call_times::{CallTimes, is_measured},
    plain_fields::PlainFields,
};
use crate::config::{LogFormat, TelemetrySettings};

/// Modules whose spans make up a trace, whatever is logged of them.
const OURS: [&str; 2] = ["prospector", "ai_harness"];

/// Writes what passes the filter to `writer`, makes spans with `tracer`, and measures calls. Stdout is left to the
/// results of commands.
///
/// The filter stands before all layers. A filter of one layer keeps its verdict per thread until the event comes; a
/// library that only asks whether something is enabled leaves a verdict behind, and the next line of that thread, be it
/// a warning, is lost to it.
pub(super) fn subscriber<W>(
    settings: &TelemetrySettings,
    writer: W,
    tracer: Option<SdkTracer>,
) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match settings.log_format {
        LogFormat::Json => {
            Box::new(lines.json().flatten_event(true).with_current_span(true).with_span_list(false))
        }
        // Left alone on a terminal, it also honours NO_COLOR.
        LogFormat::Pretty if stderr().is_terminal() => Box::new(lines.fmt_fields(PlainFields)),
        LogFormat::Pretty => Box::new(lines.fmt_fields(PlainFields).with_ansi(false)),
    };
    let gate = Gate { lines: settings.log_filter.targets(), traces: tracer.is_some() };
    let traces = tracer.map(|tracer| {
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            // Nothing here reads the current span from the thread, and attaching it costs at every poll.
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
    });
    tracing_subscriber::registry().with(lines).with(traces).with(CallTimes).with(gate)
}

/// What is looked at at all: the lines that are logged, and the spans that anybody needs. By level and module alone, so
/// that a call site is on or off for good.
struct Gate {
    lines: Targets,
    traces: bool,
}

impl Gate {
    fn allows(&self, metadata: &Metadata<'_>) -> bool {
        let logged = self.lines.would_enable(metadata.target(), metadata.level());
        if !metadata.is_span() {
            return logged;
        }
        let ours = OURS.iter().any(|ours| metadata.target().starts_with(ours));
        let of_trace = self.traces && ours && *metadata.level() <= LevelFilter::INFO;
        // A library's span would go to the receiver of traces, and some are made by the sending of others.
        is_measured(metadata) || of_trace || (logged && (ours || !self.traces))
    }
}

impl<S: Subscriber> Layer<S> for Gate {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.allows(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        self.allows(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Spans are made at INFO whatever is logged.
        let logged = Layer::<S>::max_level_hint(&self.lines)?;
        Some(logged.max(LevelFilter::INFO))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;
    use crate::config::Config;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(toml: &str, act: impl FnOnce()) -> String {
        let settings = Config::parse_toml(toml).unwrap().telemetry;
        let lines = Lines::default();
        let writer = lines.clone();
        tracing::subscriber::with_default(subscriber(&settings, move || writer.clone(), None), act);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_json_line_has_its_fields_at_the_top_and_its_span_beside_them() {
        let text = logged("[telemetry]\nlog_format = 'json'", || {
            let _span = tracing::info_span!("job", job.id = "42").entered();
            tracing::info!(job.kind = "classify", job.elapsed_ms = 7, "finished");
        });
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!((&line["message"], &line["level"]), (&"finished".into(), &"INFO".into()));
        assert_eq!((&line["job.kind"], &line["job.elapsed_ms"]), (&"classify".into(), &7.into()));
        assert_eq!(line["span"]["job.id"], "42");
        assert!(line["timestamp"].is_string());
    }

    #[test]
    fn a_library_that_only_asks_takes_no_line_with_it() {
        let everything = tracing_subscriber::registry();
        let quiet = tracing::subscriber::with_default(everything, || {
            tracing::debug_span!("quiet").metadata().unwrap()
        });
        let text = logged("", || {
            let _span = tracing::info_span!("job", otel.kind = "consumer", job.id = "42").entered();
            for round in 0..3 {
                // As the `log` crate asks, for example.
                let _ = tracing::dispatcher::get_default(|subscriber| subscriber.enabled(quiet));
                tracing::warn!(round, "said");
            }
        });
        assert_eq!(text.matches("job{job.id=\"42\"}: ").count(), 3, "{text}");
    }

    #[test]
    fn a_trace_is_made_of_our_spans_whatever_is_logged_and_of_no_library() {
        let of = |make: fn() -> tracing::Span| {
            let everything = tracing_subscriber::registry();
            tracing::subscriber::with_default(everything, || make().metadata().unwrap())
        };
        let ours = of(|| tracing::info_span!(target: "prospector_worker::execute", "job"));
        let theirs = of(|| tracing::trace_span!(target: "h2::codec::framed_write", "send_frame"));
        let call = of(|| tracing::info_span!(target: "prospector_store::jobs", "db.jobs.claim"));
        let allowed = |lines: &str, traces: bool| {
            let gate = Gate { lines: lines.parse().unwrap(), traces };
            [ours, theirs, call].map(|metadata| gate.allows(metadata))
        };
        assert_eq!(allowed("warn", true), [true, false, true]);
        assert_eq!(allowed("trace", true), [true, false, true], "sending a trace would make more of them");
        assert_eq!(allowed("warn", false), [false, false, true], "calls are measured all the same");
        assert_eq!(allowed("trace", false), [true, true, true]);
    }

    #[test]
    fn the_filter_decides_what_is_said() {
        let text = logged("[telemetry]\nlog_filter = 'warn,chatty=debug'", || {
            tracing::info!("hidden");
            tracing::warn!("shown");
            tracing::debug!(target: "chatty", "shown as well");
        });
        assert!(
            text.contains("shown") && text.contains("shown as well") && !text.contains("hidden"),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'), "no colours outside a terminal: {text}");
    }
}
