//! The job table: the truth about all work.

mod claim;
mod control;
mod due;
mod insert;
mod rescue;
mod row;
mod settle;
mod show;
mod waiting;

pub use claim::ClaimOptions;
pub use control::JobTurn;
pub use insert::NewJob;
pub(crate) use insert::insert_jobs;
pub use rescue::Rescued;
pub use settle::{Advance, Advanced, Failure, Outcome};
pub use show::{JobFilter, QueueDepth};
pub use waiting::{EngineDemand, FinishedJob, GivenUp, QueuedWork};
