//! How a handler fails: with the class that decides what happens next, and the causes for whoever looks into it.

use std::error::Error;

use prospector_domain::{
    job::{AttemptError, ErrorClass, Job},
    retry::{RetryPolicy, Verdict},
    time::UnixMs,
};
use prospector_store::{Failure, Outcome, StoreError};

/// A failed attempt. Holds no text of any message: its causes are kept with the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandlerError {
    pub(crate) class: ErrorClass,
    /// The other side's wish, in milliseconds.
    pub(crate) retry_after_ms: Option<i64>,
    /// What went wrong, outermost cause first.
    pub(crate) chain: Vec<String>,
}

impl HandlerError {
    /// A failure that is its own only cause.
    pub(crate) fn new(class: ErrorClass, why: impl Into<String>) -> Self {
        Self { class, retry_after_ms: None, chain: vec![why.into()] }
    }

    /// No retry can help.
    pub(crate) fn permanent(why: impl Into<String>) -> Self {
        Self::new(ErrorClass::Permanent, why)
    }

    /// The handler ran longer than its kind allows.
    pub(crate) fn timed_out(limit_ms: u64) -> Self {
        Self::new(ErrorClass::Timeout, format!("ran longer than {limit_ms} ms"))
    }

    /// The handler panicked. What it said stays in the log: it may quote a message.
    pub(crate) fn panicked() -> Self {
        Self::new(ErrorClass::Panic, "the handler panicked; the log has the place")
    }

    /// The entry that the job keeps about this attempt.
    pub(crate) fn note(self, job: &Job, now: UnixMs) -> AttemptError {
        AttemptError { at_ms: now, attempt: job.attempt, class: self.class, chain: self.chain }
    }

    /// What becomes of a job after this failure. The job's own number of attempts counts, not the policy's.
    pub(crate) fn outcome(self, job: &Job, policy: &RetryPolicy, now: UnixMs, chance: f64) -> Outcome {
        let policy = RetryPolicy { max_attempts: job.max_attempts, ..*policy };
        let verdict = policy.after_failure(self.class, job.attempt, self.retry_after_ms, chance);
        let error = self.note(job, now);
        match verdict {
            Verdict::Retry { delay_ms, costs_attempt } => {
                Outcome::Retry(Failure { error, delay_ms, costs_attempt })
            }
            Verdict::Dead => Outcome::Dead(error),
        }
    }
}

impl From<StoreError> for HandlerError {
    fn from(error: StoreError) -> Self {
        let class = match &error {
            StoreError::Unavailable(_) => ErrorClass::Unavailable,
            StoreError::Refused(_)
            | StoreError::BadRow { .. }
            | StoreError::BadUrl(_)
            | StoreError::Taken { .. } => ErrorClass::Permanent,
            // A rolling upgrade ends by itself; a collision and what the database alone can explain may pass.
            _ => ErrorClass::Transient,
        };
        Self { class, retry_after_ms: None, chain: causes(&error) }
    }
}

/// The words of an error and of everything beneath it that says something new.
fn causes(error: &dyn Error) -> Vec<String> {
    let mut chain = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // Many errors repeat their source in their own words.
        if !chain.iter().any(|said| said.contains(&words)) {
            chain.push(words);
        }
        cause = error.source();
    }
    chain
}
