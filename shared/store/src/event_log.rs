//! Writing the trail. Every change of the pipeline writes its event in the same transaction.

use prospector_domain::{
    event::EventKind,
    id::{CandidateId, JobId, ThreadId},
    time::UnixMs,
};
use serde_json::Value;

use crate::{
    error::StoreError,
    session::{Session, execute},
    statement::events,
};

/// What an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct About {
    pub(crate) thread: Option<ThreadId>,
    pub(crate) candidate: Option<CandidateId>,
    pub(crate) job: Option<JobId>,
}

impl About {
    pub(crate) const fn candidate(thread: ThreadId, candidate: CandidateId) -> Self {
        Self { thread: Some(thread), candidate: Some(candidate), job: None }
    }

    pub(crate) const fn thread(thread: ThreadId) -> Self {
        Self { thread: Some(thread), candidate: None, job: None }
    }

    pub(crate) const fn job(job: JobId) -> Self {
        Self { thread: None, candidate: None, job: Some(job) }
    }
}

pub(crate) async fn record(
    tx: &mut Session,
    now: UnixMs,
    kind: EventKind,
    about: About,
    data: &Value,
) -> Result<(), StoreError> {
    execute!(tx, events::INSERT;
        now.0,
        kind.to_string(),
        about.thread.map(|id| id.to_string()),
        about.candidate.map(|id| id.to_string()),
        about.job.map(|id| id.to_string()),
        data.to_string())?;
    Ok(())
}
