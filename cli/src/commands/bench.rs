//! `prospector bench pipeline`: how fast jobs go through the real store and queue with one worker process, this one.
//!
//! Throughput: no-op jobs are preloaded, then worker and scheduler are started and the clock runs until none is left.
//! Pick-up: with nothing else to do, one job at a time is committed and hinted; the time until its row is seen claimed
//! counts, reading the row included.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use prospector_domain::{
    id::JobId,
    job::{JobKind, JobState},
};
use prospector_runtime::clock::Stopwatch;
use prospector_store::NewJob;
use serde::Serialize;

use crate::{
    args::{BenchPipelineArgs, Common},
    output,
    roles::{Process, Schema},
};

/// Jobs inserted in one transaction while preloading.
const PRELOAD_CHUNK: usize = 5_000;
/// Single jobs whose pick-up is measured.
const PICKUPS: usize = 300;
/// Pick-ups before the measured ones: caches fill, pools open their connections.
const WARM_UP: usize = 20;
/// While jobs are left, how often to look: rare enough not to be part of the load.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Longest wait for a single job, and for any progress.
const PATIENCE: Duration = Duration::from_secs(60);

/// The result. Field names are part of the command's interface.
#[derive(Debug, Serialize)]
struct Measured {
    jobs: u32,
    jobs_per_s: f64,
    pickup_p50_ms: f64,
    pickup_p99_ms: f64,
    left: i64,
}

/// What is said when a signal ends it.
const STOPPED: &str = "stopped before it was measured";

/// Runs the command; true when no job was left over.
pub(crate) async fn pipeline(common: &Common, args: &BenchPipelineArgs) -> anyhow::Result<bool> {
    let scratch = Scratch::new(common)?;
    let overrides = scratch
        .overrides(common)
        .with_some("--redis", "queue.url", args.redis.as_ref())
        .with("bench", "worker.probe.concurrency", PROBE_CONCURRENCY)
        .with("bench", "scheduler.tick_ms", 50);
    let overrides = if common.log.is_some() {
        overrides
    } else {
        overrides.with("bench", "telemetry.log_filter", "warn")
    };
    let config = prospector_runtime::config::Config::load(common.config.as_deref(), &overrides)?;
    let Some(process) = Process::start("prospector", config, Schema::Migrate).await? else {
        return Ok(false);
    };
    let left = process.house.store.unfinished_jobs(JobKind::Probe).await?;
    ensure!(left == 0, "the database has {left} unfinished probe jobs; use one of its own for the bench");
    preload(&process, args.jobs).await?;

    let stopwatch = Stopwatch::start();
    let measured = play(&process, measure(&process, args.jobs, &stopwatch)).await?;
    process.finish().await;
    report(&measured, args.json)?;
    Ok(measured.left == 0)
}

/// Works and schedules until `measuring` has an end, which a signal brings early.
pub(super) async fn play<T>(
    process: &Process,
    measuring: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let draining = process.shutdown.draining();
    let playing = async { tokio::try_join!(process.work(), process.schedule()).map(|_| ()) };
    let measuring = async {
        let measured = draining.run_until_cancelled(measuring).await;
        if !draining.is_cancelled() {
            process.shutdown.ask("the bench is over");
        }
        anyhow::Ok(measured)
    };
    let ((), measured) = tokio::try_join!(playing, measuring)?;
    measured.context(STOPPED)?
}

/// Claims and completions travel in groups; with fewer jobs in flight the groups stay small and every commit costs more.
const PROBE_CONCURRENCY: usize = 1_024;

async fn preload(process: &Process, jobs: u32) -> anyhow::Result<()> {
    let (store, sources) = (&process.house.store, &process.house.sources);
    let mut missing = usize::try_from(jobs).context("--jobs")?;
    while missing > 0 {
        let now = sources.clock.now();
        let chunk: Vec<NewJob> = (0..missing.min(PRELOAD_CHUNK))
            .map(|_| NewJob::single(JobId(sources.ids.next(now)), JobKind::Probe, 8, now))
            .collect();
        store.insert_jobs(&chunk).await?;
        missing -= chunk.len();
    }
    Ok(())
}

async fn measure(process: &Process, jobs: u32, stopwatch: &Stopwatch) -> anyhow::Result<Measured> {
    let store = &process.house.store;
    let mut quiet = Stopwatch::start();
    let mut left_before = i64::from(jobs);
    let left = loop {
        // One row tells whether it is worth counting them all.
        let waiting =
            !store.due_jobs(process.house.sources.clock.now(), JobKind::Probe, None, 1).await?.is_empty();
        let left = if waiting && quiet.elapsed() < PATIENCE {
            left_before
        } else {
            store.unfinished_jobs(JobKind::Probe).await?
        };
        if left < left_before {
            (left_before, quiet) = (left, Stopwatch::start());
        }
        if left == 0 || quiet.elapsed() > PATIENCE {
            break left;
        }
        tokio::time::sleep(if waiting { LOOK_EVERY } else { LOOK_EVERY / 10 }).await;
    };
    let seconds = stopwatch.elapsed().as_secs_f64();
    let mut pickups_ms = Vec::with_capacity(PICKUPS);
    if left == 0 {
        for _ in 0..WARM_UP {
            pick_up_ms(process).await?;
        }
        for _ in 0..PICKUPS {
            pickups_ms.push(pick_up_ms(process).await?);
        }
    }
    pickups_ms.sort_by(f64::total_cmp);
    let left = store.unfinished_jobs(JobKind::Probe).await?;
    Ok(Measured {
        jobs,
        jobs_per_s: round(f64::from(jobs) / seconds),
        pickup_p50_ms: round(quantile(&pickups_ms, 0.5)),
        pickup_p99_ms: round(quantile(&pickups_ms, 0.99)),
        left,
    })
}

/// Commits and hints one job; returns how long it took until it was claimed.
async fn pick_up_ms(process: &Process) -> anyhow::Result<f64> {
    let (store, sources) = (&process.house.store, &process.house.sources);
    let now = sources.clock.now();
    let id = JobId(sources.ids.next(now));
    store.insert_jobs(&[NewJob::single(id, JobKind::Probe, 8, now)]).await?;
    let stopwatch = Stopwatch::start();
    process.queue.push(JobKind::Probe, &[id]).await?;
    let mut claimed_after = None;
    loop {
        let job = store.job(id).await?.context("the job is gone")?;
        if job.state != JobState::Queued {
            claimed_after.get_or_insert_with(|| stopwatch.elapsed());
        }
        if job.state.is_terminal() {
            break;
        }
        ensure!(
            stopwatch.elapsed() < PATIENCE,
            "job {id} was not carried out within {} s",
            PATIENCE.as_secs()
        );
    }
    Ok(claimed_after.unwrap_or_default().as_secs_f64() * 1_000.0)
}

fn report(measured: &Measured, json: bool) -> anyhow::Result<()> {
    if json {
        output::line(&serde_json::to_string(measured)?);
        return Ok(());
    }
    output::line(&format!(
        "{} jobs: {:.0} jobs/s; pick-up from idle p50 {:.2} ms, p99 {:.2} ms; {} left over",
        measured.jobs, measured.jobs_per_s, measured.pickup_p50_ms, measured.pickup_p99_ms, measured.left
    ));
    Ok(())
}

/// The value below which a share of `sorted` lies; 0 when there is none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = ((sorted.len() as f64 * share).ceil() as usize).max(1) - 1;
    sorted.get(index).copied().unwrap_or(0.0)
}

pub(super) fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Where a bench without a database of its own works: a folder that is removed afterwards.
pub(super) struct Scratch(Option<std::path::PathBuf>);

impl Scratch {
    pub(super) fn new(common: &Common) -> anyhow::Result<Self> {
        if common.database.is_some() {
            return Ok(Self(None));
        }
        let folder = std::env::temp_dir().join(format!("prospector-bench-{}", std::process::id()));
        crate::house::ensure_folder(&folder)?;
        Ok(Self(Some(folder)))
    }

    pub(super) fn overrides(&self, common: &Common) -> prospector_runtime::config::Overrides {
        let overrides = common.overrides();
        match &self.0 {
            Some(folder) => overrides.with(
                "bench",
                "database.url",
                format!("sqlite:{}", folder.join("bench.db").display()),
            ),
            None => overrides,
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // What cannot be removed lies in the system's temporary folder, which is cleared by others.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_small_samples() {
        let sorted: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((quantile(&sorted, 0.5) - 50.0).abs() < 1e-9);
        assert!((quantile(&sorted, 0.99) - 99.0).abs() < 1e-9);
        assert!(quantile(&[], 0.5).abs() < 1e-9);
        assert!((quantile(&[7.0], 0.99) - 7.0).abs() < 1e-9);
    }
}
