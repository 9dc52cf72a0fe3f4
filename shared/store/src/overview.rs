//! What is going on, for people who look at it every second or so. Every statement reads as much of an index as it shows, or
//! a bounded part of it, so that looking costs little at a million jobs: each of them took at most 65 ms on SQLite, with half
//! of a million jobs queued, where counting all by kind and state took 700.

use std::collections::BTreeMap;

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    id::NodeId,
    job::{JobKind, JobState},
    time::{HOUR_MS, MINUTE_MS, UnixMs},
};
use serde::Serialize;
use strum::VariantArray as _;

use crate::{
    Store,
    error::StoreError,
    row::RowName,
    session::{Session, fetch_all, fetch_one},
    statement::{candidates, jobs, ledger},
};

/// Queued jobs of a kind that are counted; their index alone is read.
pub const QUEUED_COUNTED_MAX: i64 = 100_000;
/// Parked, dead and finished jobs, and held candidates, that are counted; each is looked up in its table.
pub const OTHERS_COUNTED_MAX: i64 = 20_000;

/// What is going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// Every kind of job.
    pub queues: Vec<QueueLook>,
    /// Who runs jobs. A worker that runs none is not known to the store.
    pub workers: Vec<WorkerLook>,
    /// What finished within the last minute.
    pub finished: Vec<FinishedLook>,
    /// Candidates that are not at their end, by state, and those of the last hour that are.
    pub candidates: BTreeMap<CandidateState, i64>,
    /// Held candidates by reason, at most [`OTHERS_COUNTED_MAX`].
    pub holds: BTreeMap<HoldReason, i64>,
}

/// The jobs of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueLook {
    /// The kind.
    pub kind: JobKind,
    /// How many are queued, at most [`QUEUED_COUNTED_MAX`].
    pub queued: i64,
    /// How many of them could run now, apart from those that wait for a machine.
    pub due: i64,
    /// How many of them wait for a machine, at most [`OTHERS_COUNTED_MAX`] over all kinds.
    pub parked: i64,
    /// How many run.
    pub running: i64,
    /// How many are dead, at most [`OTHERS_COUNTED_MAX`] over all kinds.
    pub dead: i64,
    /// Since when the oldest of those that were counted could have run; in the future when all are due later.
    pub oldest_run_at_ms: Option<UnixMs>,
    /// Whether workers take none.
    pub paused: bool,
}

/// What one worker runs of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkerLook {
    /// The worker.
    pub owner: String,
    /// The kind.
    pub kind: JobKind,
    /// How many jobs.
    pub jobs: i64,
    /// When the oldest of them was begun.
    pub oldest_started_at_ms: Option<UnixMs>,
    /// When the first of their leases ends unless renewed.
    pub first_lease_until_ms: UnixMs,
}

/// How many jobs of a kind came to an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FinishedLook {
    /// The kind.
    pub kind: JobKind,
    /// The end.
    pub state: JobState,
    /// How many, at most [`OTHERS_COUNTED_MAX`] over all kinds.
    pub jobs: i64,
    /// When the first of those that were counted ended: the minute, or less of it, that they stand for.
    pub first_finished_at_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
struct BacklogRow {
    jobs: i64,
    due: i64,
    oldest_run_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct KindRow {
    kind: String,
    jobs: i64,
}

#[derive(sqlx::FromRow)]
struct ParkedRow {
    kind: String,
    jobs: i64,
    due: i64,
}

#[derive(sqlx::FromRow)]
struct LeasedRow {
    lease_owner: Option<String>,
    kind: String,
    jobs: i64,
    oldest_started_at_ms: Option<i64>,
    first_lease_until_ms: i64,
}

#[derive(sqlx::FromRow)]
struct FinishedRow {
    kind: String,
    state: String,
    jobs: i64,
    first_finished_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct StateRow {
    state: String,
    candidates: i64,
}

#[derive(sqlx::FromRow)]
struct HoldRow {
    hold_reason: Option<String>,
    candidates: i64,
}

#[derive(sqlx::FromRow)]
struct CostRow {
    node_id: String,
    cost_microusd: i64,
}

#[derive(sqlx::FromRow)]
struct PausedRow {
    kind: String,
}

const JOBS: RowName<'static> = RowName { table: "jobs", id: "(overview)" };
const CANDIDATES: RowName<'static> = RowName { table: "candidates", id: "(overview)" };

impl Store {
    /// What is going on. Its parts are read one after another and may differ by what happened in between.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.overview.read", skip_all)]
    pub async fn overview(&self, now: UnixMs) -> Result<Overview, StoreError> {
        let mut session = self.db.read().await?;
        let workers = workers(&mut session).await?;
        Ok(Overview {
            queues: queues(&mut session, now, &workers).await?,
            finished: finished(&mut session, now.plus_ms(-MINUTE_MS)).await?,
            candidates: candidates_by_state(&mut session, now.plus_ms(-HOUR_MS)).await?,
            holds: holds(&mut session).await?,
            workers,
        })
    }

    /// What machines that are not gone have cost so far, in millionths of a dollar, as far as it is in the ledger.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.ledger.cost_of_live", skip_all)]
    pub async fn cost_of_live_nodes(&self) -> Result<BTreeMap<NodeId, i64>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, ledger::COST_OF_LIVE => CostRow;)?;
        let name = RowName { table: "node_intervals", id: "(overview)" };
        rows.iter().map(|row| Ok((name.parse("node_id", &row.node_id)?, row.cost_microusd))).collect()
    }
}

async fn queues(
    session: &mut Session,
    now: UnixMs,
    workers: &[WorkerLook],
) -> Result<Vec<QueueLook>, StoreError> {
    let parked = fetch_all!(session, jobs::COUNT_PARKED => ParkedRow; now.0, OTHERS_COUNTED_MAX)?;
    let dead = fetch_all!(session, jobs::COUNT_DEAD => KindRow; OTHERS_COUNTED_MAX)?;
    let paused = fetch_all!(session, jobs::PAUSED => PausedRow;)?;
    let mut queues = Vec::new();
    for kind in JobKind::VARIANTS {
        let name: &str = kind.into();
        let backlog = fetch_one!(session, jobs::BACKLOG => BacklogRow; name, now.0, QUEUED_COUNTED_MAX)?;
        let (parked, parked_due) =
            parked.iter().find(|row| row.kind == name).map_or((0, 0), |row| (row.jobs, row.due));
        queues.push(QueueLook {
            kind: *kind,
            queued: backlog.jobs,
            due: (backlog.due - parked_due).max(0),
            parked,
            running: workers.iter().filter(|worker| worker.kind == *kind).map(|worker| worker.jobs).sum(),
            dead: dead.iter().find(|row| row.kind == name).map_or(0, |row| row.jobs),
            oldest_run_at_ms: backlog.oldest_run_at_ms.map(UnixMs),
            paused: paused.iter().any(|row| row.kind == name),
        });
    }
    Ok(queues)
}

async fn workers(session: &mut Session) -> Result<Vec<WorkerLook>, StoreError> {
    let rows = fetch_all!(session, jobs::LEASED => LeasedRow;)?;
    rows.into_iter()
        .map(|row| {
            Ok(WorkerLook {
                kind: JOBS.parse("kind", &row.kind)?,
                owner: row
                    .lease_owner
                    .ok_or_else(|| JOBS.bad("lease_owner", "is missing of a running job"))?,
                jobs: row.jobs,
                oldest_started_at_ms: row.oldest_started_at_ms.map(UnixMs),
                first_lease_until_ms: UnixMs(row.first_lease_until_ms),
            })
        })
        .collect()
}

async fn finished(session: &mut Session, since: UnixMs) -> Result<Vec<FinishedLook>, StoreError> {
    let rows = fetch_all!(session, jobs::COUNT_FINISHED => FinishedRow; since.0, OTHERS_COUNTED_MAX)?;
    rows.into_iter()
        .map(|row| {
            Ok(FinishedLook {
                kind: JOBS.parse("kind", &row.kind)?,
                state: JOBS.parse("state", &row.state)?,
                jobs: row.jobs,
                first_finished_at_ms: UnixMs(row.first_finished_at_ms),
            })
        })
        .collect()
}

async fn candidates_by_state(
    session: &mut Session,
    ended_since: UnixMs,
) -> Result<BTreeMap<CandidateState, i64>, StoreError> {
    let mut rows = fetch_all!(session, candidates::COUNT_OPEN => StateRow;)?;
    rows.extend(fetch_all!(session, candidates::COUNT_ENDED => StateRow; first_id_at(ended_since))?);
    rows.into_iter().map(|row| Ok((CANDIDATES.parse("state", &row.state)?, row.candidates))).collect()
}

async fn holds(session: &mut Session) -> Result<BTreeMap<HoldReason, i64>, StoreError> {
    let rows = fetch_all!(session, candidates::COUNT_HELD => HoldRow; OTHERS_COUNTED_MAX)?;
    rows.into_iter()
        .map(|row| {
            let missing = || CANDIDATES.bad("hold_reason", "is missing of a held one");
            let reason = row.hold_reason.ok_or_else(missing)?;
            Ok((CANDIDATES.parse("hold_reason", &reason)?, row.candidates))
        })
        .collect()
}

/// The least id that can have been made at `at` or later: ids are UUIDs of version 7, which begin with their time.
fn first_id_at(at: UnixMs) -> String {
    let time = format!("{:012x}", at.0.clamp(0, 0xffff_ffff_ffff));
    format!("{}-{}-7000-8000-000000000000", &time[..8], &time[8..])
}

#[cfg(test)]
mod tests {
    use prospector_domain::id::CandidateId;

    use super::*;

    #[test]
    fn the_first_id_of_a_moment_is_an_id_and_sorts_before_all_later_ones() {
        let first = first_id_at(UnixMs(1_772_366_400_000));
        assert!(first.parse::<CandidateId>().is_ok(), "{first}");
        assert!(
            first_id_at(UnixMs(1_772_366_399_999)) < first && first < first_id_at(UnixMs(1_772_366_400_001))
        );
        assert!(first_id_at(UnixMs(-5)).starts_with("00000000-0000-7"));
    }
}
