//! What a failure of the store means to the caller.

use prospector_store::{Refusal, StoreError};

use super::{Code, Problem};

/// How long a caller should wait while the database is away, in seconds: about as long as a restart takes.
const STORE_AWAY_RETRY_S: u64 = 5;
/// How long a caller should wait after transactions kept colliding, in seconds.
const COLLISION_RETRY_S: u64 = 1;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Collision(_) => {
                tracing::warn!(error = %error, "a transaction kept colliding");
                Self::new(Code::StoreUnavailable, "the database is busy").retry_after(COLLISION_RETRY_S)
            }
            StoreError::Unavailable(_)
            | StoreError::NewerSchema { .. }
            | StoreError::OlderSchema { .. }
            | StoreError::BadUrl(_) => {
                tracing::warn!(error = %error, "the database cannot be used");
                Self::new(Code::StoreUnavailable, "the database cannot be used just now")
                    .retry_after(STORE_AWAY_RETRY_S)
            }
            StoreError::Taken { .. } => Self::new(Code::Conflict, "it is taken already"),
            StoreError::BadRow { .. } | StoreError::Database { .. } => {
                tracing::error!(error = %error, "the database answered with something unexpected");
                Self::new(Code::Internal, "the request failed; the log says why")
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let said = refusal.to_string();
        match refusal {
            Refusal::NotFound { .. } => Self::new(Code::NotFound, said),
            Refusal::NothingPublished { .. } => Self::new(Code::NothingPublished, said),
            Refusal::WrongState { .. } | Refusal::NoLongerLeader { .. } => Self::new(Code::WrongState, said),
            Refusal::Reused { .. } => Self::new(Code::IdReused, said),
            Refusal::Invalid { field, why } => Self::field(Code::InvalidValue, field, why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_keep_their_words_and_get_a_code() {
        let code = |refusal: Refusal| Problem::from(refusal).code();
        assert_eq!(code(Refusal::NotFound { what: "job", id: "7".into() }), Code::NotFound);
        assert_eq!(code(Refusal::Reused { what: "message id", id: "7".into() }), Code::IdReused);
        assert_eq!(code(Refusal::NothingPublished { what: "facts" }), Code::NothingPublished);
        let problem = Problem::from(Refusal::Invalid { field: "mission".into(), why: "is too long".into() });
        let body = serde_json::to_value(problem.body()).unwrap();
        assert_eq!(body["field"], "mission");
        assert_eq!(body["status"], 422);
    }

    #[test]
    fn a_database_that_is_away_is_no_fault_of_the_request() {
        let problem = Problem::from(StoreError::OlderSchema { found: 1, needed: 2 });
        assert_eq!(problem.status(), 503);
        let said = serde_json::to_string(&problem.body()).unwrap();
        assert!(!said.contains("schema"), "the inside must not show: {said}");
    }
}
