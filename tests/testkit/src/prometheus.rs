//! A Prometheus of the test's own, and promtool, which comes with it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::OpenOptions,
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{
    port::PortLease,
    wait::wait_until,
    watchdog::{Guarded, Watchdog},
};

/// How often, [`LOOK_EVERY`] apart, a starting server is asked whether it is ready: 30 s, for a loaded machine.
const LOOKS: u32 = 1_500;
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long one answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Pause between two scrapes, and between two evaluations of rules, in milliseconds: short, so that a test gets the two
/// samples that a rate needs without waiting, and long enough for a loaded machine to answer in.
const INTERVAL_MS: u64 = 1_000;

/// A running Prometheus that scrapes every second. Gone when dropped.
#[derive(Debug)]
pub struct PrometheusServer {
    process: Guarded,
    lease: PortLease,
    folder: PathBuf,
}

/// One process to be scraped, under the name of its job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScrapeTarget {
    /// Value of the label `job`.
    pub job: &'static str,
    /// Where it serves `/metrics`; the label `instance`.
    pub address: SocketAddr,
}

/// One series at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its labels; the name is under `__name__`. A scalar has none.
    pub labels: BTreeMap<String, String>,
    /// Its value.
    pub value: f64,
}

impl PrometheusServer {
    /// Starts a server that scrapes `targets` and evaluates the rules of `rule_files`, and waits until it answers.
    ///
    /// # Panics
    /// When prometheus is missing or does not come up, such as for a rule that it cannot read.
    #[must_use]
    pub fn start(targets: &[ScrapeTarget], rule_files: &[PathBuf]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("prospector-prometheus-")
            .tempdir()
            .expect("failed to make a folder for prometheus")
            .keep();
        let watchdog = Watchdog::over(Some(&folder), "KILL");
        let lease = PortLease::take();
        std::fs::write(folder.join("prometheus.yml"), configuration(targets, rule_files))
            .expect("failed to write the configuration of prometheus");
        let process = Guarded::by(watchdog, launch(&lease, &folder));
        let mut server = Self { process, lease, folder };
        server.wait_ready();
        server
    }

    /// Evaluates an expression at this moment.
    ///
    /// # Errors
    /// With what the server says, when it is no expression or cannot be evaluated.
    pub fn query(&self, expression: &str) -> Result<Vec<Sample>, String> {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("query", expression).finish();
        let data = self.ask(&format!("/api/v1/query?{query}"))?;
        let result = &data["result"];
        if data["resultType"] == "scalar" {
            return Ok(vec![Sample { labels: BTreeMap::new(), value: value_of(result) }]);
        }
        let series = result.as_array().ok_or_else(|| format!("no vector: {data}"))?;
        Ok(series.iter().map(sample_of).collect())
    }

    /// Every rule the server has loaded, as its API describes it: `type`, `name`, `query`, `labels`, `annotations`,
    /// `health`, `lastError`, `lastEvaluation`.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn rules(&self) -> Result<Vec<Value>, String> {
        let data = self.ask("/api/v1/rules")?;
        let groups = data["groups"].as_array().cloned().unwrap_or_default();
        Ok(groups.iter().filter_map(|group| group["rules"].as_array().cloned()).flatten().collect())
    }

    /// Every family that was scraped, with its type, such as `counter`.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn families(&self) -> Result<BTreeMap<String, String>, String> {
        let data = self.ask("/api/v1/metadata")?;
        let kind = |about: &Value| about[0]["type"].as_str().unwrap_or_default().to_owned();
        Ok(data.as_object().into_iter().flatten().map(|(name, about)| (name.clone(), kind(about))).collect())
    }

    /// Waits until an expression selects something for which `holds` is true, and returns that.
    ///
    /// # Panics
    /// When `deadline` passes first.
    pub async fn wait_for(
        &self,
        expression: &str,
        deadline: Duration,
        holds: impl Fn(&[Sample]) -> bool,
    ) -> Vec<Sample> {
        wait_until(&format!("{expression} is as wished"), deadline, async || {
            self.query(expression).ok().filter(|samples| holds(samples))
        })
        .await
    }

    /// Waits until every target was scraped once more, and then every rule evaluated.
    ///
    /// # Panics
    /// When `deadline` passes first, for any of them.
    pub async fn settled(&self, targets: &[ScrapeTarget], deadline: Duration) {
        let now = self.time();
        for ScrapeTarget { job, address } in targets {
            let fresh = format!("timestamp(up{{job=\"{job}\", instance=\"{address}\"}} == 1) > {now}");
            self.wait_for(&fresh, deadline, |samples| !samples.is_empty()).await;
        }
        // A second round, because rules read what others recorded in the first.
        for _ in 0..2 {
            let now = self.time();
            wait_until("every rule is evaluated", deadline, async || {
                let rules = self.rules().ok()?;
                rules.iter().all(|rule| evaluated_at(rule).is_some_and(|at| at > now)).then_some(())
            })
            .await;
        }
    }

    /// The server's time, in seconds since 1970.
    fn time(&self) -> f64 {
        self.query("time()").expect("a server that was ready answers")[0].value
    }

    fn ask(&self, path: &str) -> Result<Value, String> {
        let body = self.get(path).map_err(|error| format!("prometheus did not answer: {error}"))?;
        let mut answer: Value = serde_json::from_str(&body).map_err(|error| format!("{error}: {body}"))?;
        match answer["status"].as_str() {
            Some("success") => Ok(answer["data"].take()),
            _ => Err(answer["error"].as_str().unwrap_or(&body).to_owned()),
        }
    }

    /// Asks in HTTP 1.0, whose answer ends with the connection.
    fn get(&self, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(self.lease.address())?;
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or(ErrorKind::InvalidData)?;
        Ok(body.to_owned())
    }

    fn wait_ready(&mut self) {
        for _ in 0..LOOKS {
            if self.get("/-/ready").is_ok_and(|said| said.contains("Ready")) {
                return;
            }
            if let Some(status) = self.process.ended() {
                let log = std::fs::read_to_string(self.folder.join("prometheus.log")).unwrap_or_default();
                panic!("prometheus ended with {status} while starting; its log:\n{log}");
            }
            std::thread::sleep(LOOK_EVERY);
        }
        panic!("prometheus did not answer within {:?}", LOOK_EVERY * LOOKS);
    }
}

/// Runs promtool to its end, with relative paths of `words` starting at `folder`.
///
/// # Panics
/// When promtool is missing.
#[must_use]
pub fn promtool(folder: &Path, words: &[&str]) -> Output {
    installed("promtool", Command::new("promtool").args(words).current_dir(folder).output())
}

fn launch(lease: &PortLease, folder: &Path) -> Child {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("prometheus.log"))
        .expect("failed to open the log of prometheus");
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
        .arg(format!("--web.listen-address={}", lease.address()))
        .arg("--log.level=warn")
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("failed to share the log of prometheus"))
        .stderr(log);
    installed("prometheus", command.spawn())
}

fn installed<T>(program: &str, started: io::Result<T>) -> T {
    match started {
        Ok(started) => started,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("{program} is not installed; run ./test, which installs it")
        }
        Err(error) => panic!("failed to start {program}: {error}"),
    }
}

fn configuration(targets: &[ScrapeTarget], rule_files: &[PathBuf]) -> String {
    let mut text = format!(
        "global: {{ scrape_interval: {INTERVAL_MS}ms, scrape_timeout: {INTERVAL_MS}ms, \
         evaluation_interval: {INTERVAL_MS}ms }}\nrule_files:\n"
    );
    for file in rule_files {
        // A string in JSON is one in YAML.
        let _ = writeln!(text, "  - {}", Value::from(file.display().to_string()));
    }
    text.push_str("scrape_configs:\n");
    let mut jobs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for target in targets {
        jobs.entry(target.job).or_default().push(format!("\"{}\"", target.address));
    }
    for (job, addresses) in jobs {
        let addresses = addresses.join(", ");
        let _ = writeln!(text, "  - job_name: {job}\n    static_configs: [{{ targets: [{addresses}] }}]");
    }
    text
}

fn sample_of(series: &Value) -> Sample {
    let labels = series["metric"].as_object().into_iter().flatten();
    Sample {
        labels: labels
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        value: value_of(&series["value"]),
    }
}

fn evaluated_at(rule: &Value) -> Option<f64> {
    let at: jiff::Timestamp = rule["lastEvaluation"].as_str()?.parse().ok()?;
    Some(at.as_duration().as_secs_f64())
}

/// The value of `[moment, "value"]`.
fn value_of(pair: &Value) -> f64 {
    pair[1].as_str().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{Router, routing::get};
    use tokio::net::TcpListener;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_a_process_serves_is_scraped_and_rules_are_evaluated_over_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = ScrapeTarget { job: "kettle", address: listener.local_addr().unwrap() };
        let app = Router::new().route(
            "/metrics",
            get(async || "# TYPE cups gauge\ncups{kind=\"tea\"} 2\ncups{kind=\"mocha\"} 1\n"),
        );
        let served = tokio::spawn(async move { axum::serve(listener, app).await });
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join("rules.yml");
        std::fs::write(
            &rules,
            "groups: [{ name: cups, rules: [{ record: all_cups, expr: sum(cups) }, { alert: Dry, expr: cups < 1 }] }]",
        )
        .unwrap();

        let prometheus = PrometheusServer::start(std::slice::from_ref(&target), &[rules]);
        prometheus.settled(std::slice::from_ref(&target), LONG).await;
        let all = prometheus.query("all_cups").unwrap();
        assert_eq!((all.len(), all[0].value), (1, 3.0), "{all:?}");
        let tea = prometheus.query("cups == 2").unwrap();
        assert_eq!((tea[0].labels["kind"].as_str(), tea[0].labels["job"].as_str()), ("tea", "kettle"));
        assert_eq!(prometheus.query("1 + 1").unwrap()[0].value, 2.0);
        assert_eq!(prometheus.query("saucers").unwrap(), []);
        assert!(prometheus.query("sum(").unwrap_err().contains("parse error"));
        assert_eq!(prometheus.families().unwrap()["cups"], "gauge");
        let loaded = prometheus.rules().unwrap();
        let names: Vec<&str> = loaded.iter().filter_map(|rule| rule["name"].as_str()).collect();
        assert_eq!(names, ["all_cups", "Dry"]);
        served.abort();
    }

    #[test]
    fn promtool_says_what_is_wrong_with_a_rule() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("rules.yml"),
            "groups: [{ name: a, rules: [{ record: b, expr: sum( }] }]",
        )
        .unwrap();
        let said = promtool(folder.path(), &["check", "rules", "rules.yml"]);
        assert!(!said.status.success() && !said.stderr.is_empty(), "{said:?}");
    }
}
