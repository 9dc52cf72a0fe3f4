//! The configuration file of a test: short windows and leases, so that nothing is waited for long.

use std::path::Path;

use prospector_testkit::WebhookSink;
use serde_json::Value;

/// How long a claim or a lead holds when its holder vanished, in milliseconds: twice the least that is allowed, because
/// a loaded machine may take a second over one commit.
pub(crate) const LEASE_MS: u64 = 2_000;
/// What a failing test shows of each program: trouble, and who started, led and stopped.
const LOG: &str = "warn,sqlx=error,prospector=info,prospector_worker::worker=info,prospector_scheduler::leader=info,\
                   prospector_runtime=info";

/// What one process of a house is told.
pub(crate) fn text(folder: &Path, database: &str, queue: &str, sink: &WebhookSink) -> String {
    // A TOML basic string is written as a JSON one.
    let quoted = |text: &str| Value::from(text).to_string();
    let mut text = format!(
        "data_dir = {folder}\n\
         [database]\nurl = {database}\nmax_connections = 8\nacquire_timeout_ms = 3000\n\
         [queue]\nurl = {queue}\nresponse_timeout_ms = 1000\n\
         [api]\nrate_limit_per_s = 100000\nrate_limit_burst = 100000\n\
         [pipeline]\nquiet_window_ms = 250\nquiet_window_max_ms = 1000\nundo_window_ms = 150\n\
         [scheduler]\ntick_ms = 50\nlease_ms = {LEASE_MS}\n\
         [sinks.bridge]\nurl = {url}\nsecret = {secret}\ndeduplicates = true\nallow_private_address = true\n\
         timeout_ms = 2000\n\
         [dispatch]\ndefault_sink = \"bridge\"\n\
         [telemetry]\nlog_filter = \"{LOG}\"\n\
         [worker]\ndrain_timeout_s = 20\n",
        folder = quoted(&folder.display().to_string()),
        database = quoted(database),
        queue = quoted(queue),
        url = quoted(&sink.url()),
        secret = quoted(sink.secret()),
    );
    for kind in ["classify", "draft", "dispatch", "probe"] {
        text += &format!(
            "[worker.{kind}]\nconcurrency = 16\nlease_ms = {LEASE_MS}\nretry = {{ base_ms = 200, cap_ms = 1000 }}\n"
        );
    }
    text
}
