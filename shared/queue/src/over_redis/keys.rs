//! The keys of one kind: those of apalis-redis 1.0.0, and two of our own.

use std::time::Duration;

use apalis_redis::Config;
use prospector_domain::job::JobKind;

/// How often a worker tells Redis that it lives.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(30);
/// After how many missed heartbeats apalis-redis itself takes back what a worker held. About a day: we do it long
/// before, in [`super::RedisQueue::trim`], in a way that also clears up.
const MISSED_HEARTBEATS: usize = 2_880;

/// Settings and key names of one kind's queue.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    queue: String,
}

impl Keys {
    pub(crate) fn new(namespace: &str, kind: JobKind) -> Self {
        Self { queue: format!("{namespace}:{kind}") }
    }

    /// Settings for an apalis worker that fetches at most `batch` hints at a time.
    pub(crate) fn config(&self, batch: usize) -> Config {
        Config::default()
            .queue(&self.queue)
            .batch_size(batch)
            .heartbeat_interval(HEARTBEAT_EVERY)
            .missed_heartbeats(MISSED_HEARTBEATS)
            .lock_tasks(false)
            .emit_events(false)
            .persist_results(true)
    }

    /// Hash: id to payload.
    pub(crate) fn data(&self) -> String {
        format!("{}:data", self.queue)
    }

    /// Prefix of the hashes with a hint's metadata.
    pub(crate) fn meta(&self) -> String {
        format!("{}:meta", self.queue)
    }

    /// List of waiting ids.
    pub(crate) fn waiting(&self) -> String {
        format!("{}:active", self.queue)
    }

    /// Set of ids whose handler returned.
    pub(crate) fn done(&self) -> String {
        format!("{}:done", self.queue)
    }

    /// Set of ids whose handler panicked.
    pub(crate) fn dead(&self) -> String {
        format!("{}:dead", self.queue)
    }

    /// Sorted set: worker name by its last heartbeat, in seconds.
    pub(crate) fn workers(&self) -> String {
        format!("{}:workers", self.queue)
    }

    /// Set of ids a worker has fetched and not acknowledged.
    pub(crate) fn held_by(&self, worker: &str) -> String {
        format!("{}:inflight:{worker}", self.queue)
    }

    /// What a worker says of itself.
    pub(crate) fn about(&self, worker: &str) -> String {
        format!("{}:workers:metadata:{worker}", self.queue)
    }

    /// Our counter that makes ids.
    pub(crate) fn counter(&self) -> String {
        format!("{}:counter", self.queue)
    }

    /// Our channel on which a push gives notice.
    pub(crate) fn notices(&self) -> String {
        format!("{}:notices", self.queue)
    }
}

#[cfg(test)]
mod tests {
    use apalis_core::worker::context::WorkerContext;

    use super::*;

    #[test]
    fn the_names_are_those_of_apalis_redis() {
        let keys = Keys::new("prospector", JobKind::Draft);
        let config = keys.config(10);
        let worker = WorkerContext::new("worker-1");
        assert_eq!(keys.waiting(), "prospector:draft:active");
        assert_eq!(keys.waiting(), config.active_jobs_list());
        assert_eq!(keys.data(), config.job_data_hash());
        assert_eq!(keys.meta(), config.job_meta_hash());
        assert_eq!(keys.done(), config.done_jobs_set());
        assert_eq!(keys.dead(), config.dead_jobs_set());
        assert_eq!(keys.workers(), config.workers_set());
        assert_eq!(keys.held_by("worker-1"), config.inflight_set_for(&worker));
        assert_eq!(keys.about("worker-1"), config.worker_metadata_key(&worker));
    }
}
