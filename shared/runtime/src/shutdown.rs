//! Stopping: the first signal starts a polite drain; the second, or the drain's time limit, stops at once.
//!
//! Roles watch two tokens. When `draining` is cancelled they take nothing new and finish what runs; when `stopping` is
//! cancelled they return, and what ran is left to its lease.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Tells every role of a process when to stop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Shutdown {
    draining: CancellationToken,
    stopping: CancellationToken,
    asked: Arc<AtomicBool>,
}

impl Shutdown {
    /// Starts watching the time limit of the drain; nothing is asked to stop yet. Signals are not listened to, which is
    /// what tests want; see [`Shutdown::on_signals`]. Must be called within a tokio runtime.
    #[must_use]
    pub fn new(drain_timeout: Duration) -> Self {
        let shutdown = Self {
            draining: CancellationToken::new(),
            stopping: CancellationToken::new(),
            asked: Arc::new(AtomicBool::new(false)),
        };
        tokio::spawn(shutdown.clone().limit_drain(drain_timeout));
        shutdown
    }

    /// As [`Shutdown::new`], and from now on SIGTERM and SIGINT ask to stop.
    ///
    /// # Errors
    /// When the operating system refuses to report signals.
    pub fn on_signals(drain_timeout: Duration) -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = Self::new(drain_timeout);
        let asked = shutdown.clone();
        tokio::spawn(async move {
            loop {
                let name = tokio::select! {
                    Some(()) = terminate.recv() => "SIGTERM",
                    Some(()) = interrupt.recv() => "SIGINT",
                    else => return,
                };
                asked.ask(name);
            }
        });
        Ok(shutdown)
    }

    /// Asks to stop, as a signal does: politely the first time, at once the second. `reason` goes to the log.
    pub fn ask(&self, reason: &str) {
        if self.asked.swap(true, Ordering::AcqRel) {
            tracing::warn!(shutdown.reason = reason, "asked to stop again: stopping at once");
            self.draining.cancel();
            self.stopping.cancel();
        } else {
            tracing::info!(shutdown.reason = reason, "asked to stop: finishing what runs");
            self.draining.cancel();
        }
    }

    /// Cancelled when nothing new may be begun.
    #[must_use]
    pub const fn draining(&self) -> &CancellationToken {
        &self.draining
    }

    /// Cancelled when even running work must be left.
    #[must_use]
    pub const fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Runs `work` to its end, or until everything must stop at once; then `None`.
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.stopping.run_until_cancelled(work).await
    }

    async fn limit_drain(self, drain_timeout: Duration) {
        self.draining.cancelled().await;
        tokio::select! {
            () = self.stopping.cancelled() => {}
            () = tokio::time::sleep(drain_timeout) => {
                let limit_ms = u64::try_from(drain_timeout.as_millis()).unwrap_or(u64::MAX);
                tracing::warn!(shutdown.drain_timeout_ms = limit_ms, "still not finished: stopping at once");
                self.stopping.cancel();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn the_first_time_is_polite_and_the_second_is_not() {
        let shutdown = Shutdown::new(MINUTE);
        assert!(!shutdown.draining().is_cancelled());
        shutdown.ask("test");
        assert!(shutdown.draining().is_cancelled() && !shutdown.stopping().is_cancelled());
        assert_eq!(shutdown.unless_stopped(async { 7 }).await, Some(7));
        shutdown.ask("test");
        assert!(shutdown.stopping().is_cancelled());
        assert_eq!(shutdown.unless_stopped(std::future::pending::<()>()).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_drain_that_takes_too_long_is_cut_off_and_not_before() {
        let shutdown = Shutdown::new(MINUTE);
        shutdown.ask("test");
        assert_eq!(shutdown.unless_stopped(tokio::time::sleep(MINUTE / 2)).await, Some(()));
        assert_eq!(shutdown.unless_stopped(tokio::time::sleep(MINUTE)).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn no_limit_runs_while_nothing_was_asked() {
        let shutdown = Shutdown::new(MINUTE);
        assert_eq!(shutdown.unless_stopped(tokio::time::sleep(MINUTE * 60)).await, Some(()));
        assert!(!shutdown.stopping().is_cancelled());
    }

    #[tokio::test]
    async fn real_signals_ask() {
        const DEADLINE: Duration = Duration::from_secs(20);
        let send_to_self = |signal: &str| {
            let own_id = std::process::id().to_string();
            assert!(std::process::Command::new("kill").args([signal, &own_id]).status().unwrap().success());
        };
        let shutdown = Shutdown::on_signals(MINUTE).unwrap();
        send_to_self("-TERM");
        tokio::time::timeout(DEADLINE, shutdown.draining().cancelled()).await.unwrap();
        assert!(!shutdown.stopping().is_cancelled());
        send_to_self("-INT");
        tokio::time::timeout(DEADLINE, shutdown.stopping().cancelled()).await.unwrap();
    }
}
