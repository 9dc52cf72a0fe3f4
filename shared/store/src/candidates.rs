//! Looking at candidates, and counting what became of them.

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    id::{CandidateId, ThreadId},
    record::Candidate,
};
use serde::Serialize;

use crate::{
    Store, error::StoreError, pipeline::CandidateRow, row::RowName, session::fetch_all, statement::candidates,
};

/// Which candidates to list.
#[derive(Debug, Clone, Default)]
pub struct CandidateFilter {
    /// Only those in this state.
    pub state: Option<CandidateState>,
    /// Only those held for this reason.
    pub hold_reason: Option<HoldReason>,
    /// Only those of this thread.
    pub thread_id: Option<ThreadId>,
    /// Only candidates older than this one: the cursor.
    pub before: Option<CandidateId>,
}

/// How many candidates are in a state, and for what reason when they are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeCount {
    /// The state.
    pub state: CandidateState,
    /// The reason, for held ones.
    pub hold_reason: Option<HoldReason>,
    /// How many.
    pub candidates: i64,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    state: String,
    hold_reason: Option<String>,
    candidates: i64,
}

impl Store {
    /// Candidates, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.candidates.list", skip_all)]
    pub async fn candidates(
        &self,
        filter: &CandidateFilter,
        limit: i64,
    ) -> Result<Vec<Candidate>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, candidates::LIST => CandidateRow;
            filter.state.map(|state| state.to_string()),
            filter.hold_reason.map(|reason| reason.to_string()),
            filter.thread_id.map(|id| id.to_string()),
            filter.before.map(|id| id.to_string()),
            limit)?;
        rows.into_iter().map(CandidateRow::into_candidate).collect()
    }

    /// How many candidates are where. What no candidate is in is left out.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.candidates.count", skip_all)]
    pub async fn count_outcomes(&self) -> Result<Vec<OutcomeCount>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, candidates::COUNT_BY_STATE => CountRow;)?;
        let name = RowName { table: "candidates", id: "(count)" };
        rows.iter()
            .map(|row| {
                Ok(OutcomeCount {
                    state: name.parse("state", &row.state)?,
                    hold_reason: name.parse_optional("hold_reason", row.hold_reason.as_deref())?,
                    candidates: row.candidates,
                })
            })
            .collect()
    }
}
