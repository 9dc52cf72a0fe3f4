//! The row of the job table.

use prospector_domain::{job::Job, time::UnixMs};

use crate::{error::StoreError, row::RowName};

#[derive(sqlx::FromRow)]
pub(crate) struct JobRow {
    id: String,
    kind: String,
    state: String,
    thread_id: Option<String>,
    candidate_id: Option<String>,
    priority: i64,
    run_at_ms: i64,
    attempt: i64,
    max_attempts: i64,
    fence: i64,
    lease_owner: Option<String>,
    lease_until_ms: Option<i64>,
    payload: String,
    result: Option<String>,
    errors: String,
    callback: Option<String>,
    created_by: Option<String>,
    traceparent: Option<String>,
    created_at_ms: i64,
    started_at_ms: Option<i64>,
    finished_at_ms: Option<i64>,
    engine: Option<String>,
}

impl JobRow {
    pub(crate) fn into_job(self) -> Result<Job, StoreError> {
        let name = RowName { table: "jobs", id: &self.id };
        Ok(Job {
            id: name.parse("id", &self.id)?,
            kind: name.parse("kind", &self.kind)?,
            state: name.parse("state", &self.state)?,
            thread_id: name.parse_optional("thread_id", self.thread_id.as_deref())?,
            candidate_id: name.parse_optional("candidate_id", self.candidate_id.as_deref())?,
            priority: self.priority,
            run_at_ms: UnixMs(self.run_at_ms),
            attempt: self.attempt,
            max_attempts: self.max_attempts,
            fence: self.fence,
            payload: name.json("payload", &self.payload)?,
            result: self.result.as_deref().map(|text| name.json("result", text)).transpose()?,
            errors: name.json("errors", &self.errors)?,
            lease_owner: self.lease_owner,
            lease_until_ms: self.lease_until_ms.map(UnixMs),
            callback: self.callback,
            created_by: self.created_by,
            traceparent: self.traceparent,
            created_at_ms: UnixMs(self.created_at_ms),
            started_at_ms: self.started_at_ms.map(UnixMs),
            finished_at_ms: self.finished_at_ms.map(UnixMs),
            engine: name.parse_optional("engine", self.engine.as_deref())?,
        })
    }
}

pub(crate) fn into_jobs(rows: Vec<JobRow>) -> Result<Vec<Job>, StoreError> {
    rows.into_iter().map(JobRow::into_job).collect()
}
