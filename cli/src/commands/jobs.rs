//! `prospector jobs`: looking at jobs and acting on them.

use anyhow::Context as _;
use prospector_domain::{
    job::{Job, JobKind, JobState},
    time::SECOND_MS,
};
use prospector_store::JobFilter;
use serde::Serialize;

use crate::{
    args::{Common, JobsCommand},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, command: JobsCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let (store, now) = (&house.store, house.sources.clock.now());
    match command {
        JobsCommand::List { kind, state, thread, limit, json } => {
            let filter = JobFilter { kind, state, thread_id: thread, before: None };
            let jobs = store.jobs(&filter, i64::from(limit)).await?;
            output::rows(&jobs, json, &["id", "kind", "state", "attempt", "run at", "thread"], columns)
        }
        JobsCommand::Show { id } => {
            let job = store.job(id).await?.with_context(|| format!("no job has the id {id}"))?;
            output::json(&job)
        }
        JobsCommand::Retry { id } => {
            store.replay_job(now, id, OPERATOR).await?;
            said(&format!("job {id} is in line again"))
        }
        JobsCommand::Cancel { id } => {
            store.cancel_job(now, id, OPERATOR).await?;
            said(&format!("job {id} is called off"))
        }
        JobsCommand::Pause { kind } => {
            store.pause_kind(now, kind, OPERATOR).await?;
            said(&format!("no worker takes {kind} jobs any more; those that run are finished"))
        }
        JobsCommand::Resume { kind } => {
            store.resume_kind(now, kind, OPERATOR).await?;
            said(&format!("workers take {kind} jobs again"))
        }
        JobsCommand::Depth { json } => {
            let paused = store.paused_kinds().await?;
            let depths = store.queue_depths().await?;
            let depths: Vec<Depth> = depths
                .iter()
                .map(|depth| Depth {
                    kind: depth.kind,
                    state: depth.state,
                    jobs: depth.jobs,
                    oldest_s: now.since(depth.oldest_run_at_ms).max(0) / SECOND_MS,
                    paused: paused.contains(&depth.kind),
                })
                .collect();
            output::rows(&depths, json, &["kind", "state", "jobs", "oldest", ""], |depth| {
                let paused = if depth.paused { "paused" } else { "" };
                let [kind, state] = [depth.kind.to_string(), depth.state.to_string()];
                vec![kind, state, depth.jobs.to_string(), format!("{} s", depth.oldest_s), paused.to_owned()]
            })
        }
    }
}

/// How many jobs of a kind are in a state.
#[derive(Serialize)]
struct Depth {
    kind: JobKind,
    state: JobState,
    jobs: i64,
    /// Since when the oldest of them could have run, in seconds.
    oldest_s: i64,
    paused: bool,
}

fn columns(job: &Job) -> Vec<String> {
    vec![
        job.id.to_string(),
        job.kind.to_string(),
        job.state.to_string(),
        format!("{}/{}", job.attempt, job.max_attempts),
        job.run_at_ms.to_string(),
        job.thread_id.map_or_else(|| "-".to_owned(), |id| id.to_string()),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "the arms of a command all end in a result")]
fn said(text: &str) -> anyhow::Result<()> {
    output::line(text);
    Ok(())
}
