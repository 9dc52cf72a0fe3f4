//! Readiness: named checks of what a role depends on.
//!
//! A check's result is kept for a moment, so that many probes cost the dependency one question, and every check has a
//! time limit, so that a probe always gets its answer.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::{BoxFuture, join_all};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::clock::Stopwatch;

/// Answers younger than this are given again. Below the shortest usual probe period of a second or more.
const KEEP_ANSWER: Duration = Duration::from_millis(900);

/// Whether a process can do its work. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Health {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    draining: CancellationToken,
    checks: Mutex<Vec<Arc<Registered>>>,
}

struct Registered {
    name: String,
    timeout: Duration,
    ask: Box<dyn Fn() -> BoxFuture<'static, Result<String, String>> + Send + Sync>,
    /// Held while the check runs, so that probes which come together share one answer.
    last: tokio::sync::Mutex<Option<(Stopwatch, CheckResult)>>,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered")
            .field("name", &self.name)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Whether the process can do its work, and what each check said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthReport {
    /// The checks taken together.
    pub status: HealthStatus,
    /// Each check, in the order they were registered.
    pub checks: Vec<CheckResult>,
}

/// The checks taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// Every check passed.
    Ready,
    /// At least one did not, or the process is stopping.
    Unready,
}

/// What one check said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// The dependency's name, such as `database`.
    pub name: String,
    /// Whether it can be used.
    pub ok: bool,
    /// In a few words, what was found. Holds no secret.
    pub detail: String,
}

impl Health {
    /// No checks yet; unready from when `draining` is cancelled, so that no more requests are sent here.
    #[must_use]
    pub fn new(draining: CancellationToken) -> Self {
        Self { inner: Arc::new(Inner { draining, checks: Mutex::new(Vec::new()) }) }
    }

    /// Adds a check. `ask` returns what it found, or why the dependency cannot be used; taking longer than `timeout`
    /// counts as the latter.
    pub fn register<A, F>(&self, name: &str, timeout: Duration, ask: A)
    where
        A: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<String, String>> + Send + 'static,
    {
        let check = Registered {
            name: name.to_owned(),
            timeout,
            ask: Box::new(move || Box::pin(ask())),
            last: tokio::sync::Mutex::new(None),
        };
        self.checks().push(Arc::new(check));
    }

    /// Asks every check whose last answer is not fresh, all at the same time.
    pub async fn report(&self) -> HealthReport {
        let registered: Vec<Arc<Registered>> = self.checks().clone();
        let mut checks = join_all(registered.iter().map(|check| check.answer())).await;
        if self.inner.draining.is_cancelled() {
            checks.push(CheckResult {
                name: "shutdown".to_owned(),
                ok: false,
                detail: "the process is stopping".to_owned(),
            });
        }
        let ready = checks.iter().all(|check| check.ok);
        let status = if ready { HealthStatus::Ready } else { HealthStatus::Unready };
        HealthReport { status, checks }
    }

    fn checks(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Registered>>> {
        // A push either happened or not, so a poisoned list is still a list.
        self.inner.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registered {
    async fn answer(&self) -> CheckResult {
        let mut last = self.last.lock().await;
        if let Some((age, result)) = &*last
            && age.elapsed() < KEEP_ANSWER
        {
            return result.clone();
        }
        let (ok, detail) = match tokio::time::timeout(self.timeout, (self.ask)()).await {
            Ok(Ok(found)) => (true, found),
            Ok(Err(reason)) => (false, reason),
            Err(_) => (false, format!("no answer within {} ms", self.timeout.as_millis())),
        };
        let result = CheckResult { name: self.name.clone(), ok, detail };
        *last = Some((Stopwatch::start(), result.clone()));
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn detail<'a>(report: &'a HealthReport, name: &str) -> (bool, &'a str) {
        let check = report.checks.iter().find(|check| check.name == name).unwrap();
        (check.ok, &check.detail)
    }

    #[tokio::test(start_paused = true)]
    async fn one_failing_check_makes_the_process_unready_and_a_silent_one_is_cut_off() {
        let health = Health::new(CancellationToken::new());
        assert_eq!(health.report().await.status, HealthStatus::Ready);
        health.register("database", SECOND, async || Ok("SQLite".to_owned()));
        assert_eq!(health.report().await.status, HealthStatus::Ready);
        health.register("queue", SECOND, async || Err("connection refused".to_owned()));
        health.register("gpu", SECOND, std::future::pending);
        let report = health.report().await;
        assert_eq!(report.status, HealthStatus::Unready);
        assert_eq!(detail(&report, "database"), (true, "SQLite"));
        assert_eq!(detail(&report, "queue"), (false, "connection refused"));
        assert_eq!(detail(&report, "gpu"), (false, "no answer within 1000 ms"));
    }

    #[tokio::test]
    async fn probes_that_come_together_ask_once() {
        let health = Health::new(CancellationToken::new());
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        health.register("database", SECOND, move || {
            let counter = Arc::clone(&counter);
            async move {
                tokio::task::yield_now().await;
                Ok(format!("answer {}", counter.fetch_add(1, Ordering::Relaxed) + 1))
            }
        });
        let reports = join_all((0..20).map(|_| health.report())).await;
        assert!(reports.iter().all(|report| detail(report, "database") == (true, "answer 1")));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_stopping_process_is_unready_whatever_its_checks_say() {
        let draining = CancellationToken::new();
        let health = Health::new(draining.clone());
        health.register("database", SECOND, async || Ok("SQLite".to_owned()));
        draining.cancel();
        let report = health.report().await;
        assert_eq!(
            serde_json::to_value(&report).unwrap(),
            serde_json::json!({"status": "unready", "checks": [
                {"name": "database", "ok": true, "detail": "SQLite"},
                {"name": "shutdown", "ok": false, "detail": "the process is stopping"},
            ]})
        );
    }
}
