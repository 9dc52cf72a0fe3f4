//! Starts telemetry, once for a process, and ends it in order.

use std::{
    io,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use opentelemetry_otlp::ExporterBuildError;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{
    log,
    metrics::{Family, FamilyKind, InvalidFamily, Label, Metrics},
    panic,
    trace::Traces,
};
use crate::{build_info, config::TelemetrySettings};

/// How often raw histogram values are moved into buckets when nobody reads `/metrics`.
const TIDY_PERIOD: Duration = Duration::from_secs(5);

const BUILD_INFO: Family = Family {
    name: "prospector_build_info",
    kind: FamilyKind::Gauge,
    help: "Always 1; the labels say which build runs.",
    labels: &[
        Label { name: "version", values: || vec![build_info::VERSION] },
        Label { name: "commit", values: || vec![build_info::COMMIT] },
    ],
};

/// Running telemetry. Dropping it, on whichever way out of `main`, ends it in order.
#[derive(Debug)]
pub struct Telemetry {
    metrics: Metrics,
    traces: Option<Traces>,
    tidying: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Why telemetry did not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A process has one telemetry, and this one's runs already.
    #[error("telemetry was already started in this process")]
    AlreadyStarted,
    /// A metric breaks the rules of naming.
    #[error(transparent)]
    Family(#[from] InvalidFamily),
    /// The receiver of traces cannot be used as it is configured.
    #[error("telemetry.otlp.endpoint cannot be used: {0}")]
    Traces(#[from] ExporterBuildError),
    /// The thread that keeps histograms small could not be started.
    #[error("cannot start the metrics thread: {0}")]
    Thread(#[from] io::Error),
}

impl Telemetry {
    /// Starts logging to stderr, reports panics in the log, makes traces where a receiver is named, and creates every one
    /// of `families` at zero; each role brings its own. `service` and `instance` are how the process is called in traces.
    /// Must be called inside a runtime, which sending traces needs.
    ///
    /// # Errors
    /// See [`TelemetryError`].
    pub fn start(
        settings: &TelemetrySettings,
        service: &str,
        instance: &str,
        families: &[&[Family]],
    ) -> Result<Self, TelemetryError> {
        let mut all = vec![BUILD_INFO, panic::PANICS];
        all.extend(families.iter().copied().flatten());
        let (recorder, metrics) = Metrics::build(&all)?;
        metrics::set_global_recorder(recorder).map_err(|_| TelemetryError::AlreadyStarted)?;
        metrics::gauge!(BUILD_INFO.name, "version" => build_info::VERSION, "commit" => build_info::COMMIT)
            .set(1.0);
        let traces = Traces::start(&settings.otlp, service, instance)?;
        log::subscriber(settings, io::stderr, traces.as_ref().map(Traces::tracer))
            .try_init()
            .map_err(|_| TelemetryError::AlreadyStarted)?;
        panic::log_panics();

        let (stop, stopped) = mpsc::channel();
        let tidied = metrics.clone();
        let thread = thread::Builder::new().name("metrics".to_owned()).spawn(move || {
            while stopped.recv_timeout(TIDY_PERIOD) == Err(RecvTimeoutError::Timeout) {
                tidied.tidy();
            }
        })?;
        Ok(Self { metrics, traces, tidying: Some((stop, thread)) })
    }

    /// Sends the spans that are left, and ends. To be preferred over dropping it inside a runtime, whose threads may be
    /// the ones that would have to send them.
    pub async fn end(mut self) {
        if let Some(traces) = self.traces.take() {
            // It logs what goes wrong itself.
            let _ = tokio::task::spawn_blocking(move || traces.end()).await;
        }
    }

    /// What `/metrics` serves.
    #[must_use]
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(traces) = self.traces.take() {
            traces.end();
        }
        if let Some((stop, thread)) = self.tidying.take() {
            drop(stop);
            // The thread only moves numbers; if it panicked, the log has it already.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, process::Command};

    use super::*;
    use crate::config::Config;

    /// Run by the test below in a process of its own, since telemetry belongs to a process.
    #[test]
    #[ignore = "starts the telemetry of its process; another test runs it"]
    fn a_process_that_panics_in_a_thread() {
        let settings = Config::parse_toml("[telemetry]\nlog_format = 'json'").unwrap().telemetry;
        let telemetry = Telemetry::start(&settings, "test", "1", &[]).unwrap();
        assert!(matches!(Telemetry::start(&settings, "test", "1", &[]), Err(TelemetryError::AlreadyStarted)));
        let thread = thread::Builder::new().name("unlucky".to_owned());
        thread.spawn(|| panic!("out of luck")).unwrap().join().unwrap_err();
        writeln!(io::stdout(), "{}", telemetry.metrics().render()).unwrap();
    }

    #[test]
    fn a_panic_is_one_log_line_and_is_counted() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture"])
            .arg("telemetry::start::tests::a_process_that_panics_in_a_thread")
            .env("RUST_BACKTRACE", "0")
            .output()
            .unwrap();
        let (said, counted) =
            (String::from_utf8_lossy(&child.stderr), String::from_utf8_lossy(&child.stdout));
        assert!(child.status.success(), "{said}");
        let lines: Vec<serde_json::Value> =
            said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let line = lines.iter().find(|line| line["message"] == "panicked").unwrap();
        assert_eq!(
            (&line["panic.message"], &line["panic.thread"]),
            (&"out of luck".into(), &"unlucky".into())
        );
        assert!(line["panic.location"].as_str().unwrap().contains("start.rs:"), "{line}");
        assert!(counted.contains("prospector_panics_total 1"), "{counted}");
        let build = format!(
            "prospector_build_info{{version=\"{}\",commit=\"{}\"}} 1",
            build_info::VERSION,
            build_info::COMMIT
        );
        assert!(counted.contains(&build), "{counted}");
    }
}
