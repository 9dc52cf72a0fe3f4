//! The store: the truth about threads, candidates, jobs and everything that was decided, in Postgres or SQLite.
//!
//! Architecture invariant: this is the only crate that sees sqlx. Its public surface speaks in the domain's types.
//! Every method is one transaction and waits for nothing outside the database.

mod backup;
mod builds;
mod calls;
mod candidates;
mod canon;
mod consent;
mod documents;
mod error;
mod event_log;
mod events;
mod facts;
mod idempotency;
mod jobs;
mod keys;
mod leases;
mod ledger;
mod migrate;
mod nodes;
mod open;
mod operations;
mod overview;
mod pipeline;
mod playbooks;
mod prune;
mod row;
mod session;
mod settings;
mod sinks;
pub mod statement;
mod threads;
mod watch;
mod workflows;

pub use backup::{Holder, SqliteFile, TakenSqlite};
pub use builds::{EngineBuild, NewEngineBuild};
pub use calls::{EngineCall, EngineUsage, LastCalls, NewCall, NewPrompt};
pub use candidates::{CandidateFilter, OutcomeCount};
pub use canon::{CanonEntryVersion, CanonInForce};
pub use consent::ConsentEntry;
pub use documents::{DocumentVersion, Documents, VersionNote};
pub use error::{Refusal, StoreError};
pub use facts::FactsInForce;
pub use idempotency::{Idempotency, IdempotencyTicket};
pub use jobs::{
    Advance, Advanced, ClaimOptions, EngineDemand, Failure, FinishedJob, GivenUp, JobFilter, JobTurn, NewJob,
    Outcome, QueueDepth, QueuedWork, Rescued,
};
pub use keys::{ApiKey, NewApiKey};
pub use leases::Lease;
pub use ledger::{CallShare, LedgerEntry, NewInterval, NodeLedger, Spend};
pub use nodes::{Boot, Breaker, FoundMachine, LeaderGuard, NewNode, Node, NodeChange, ServingNode};
pub use open::{Store, StoreOptions};
pub use operations::operations;
pub use overview::{FinishedLook, OTHERS_COUNTED_MAX, Overview, QUEUED_COUNTED_MAX, QueueLook, WorkerLook};
pub use pipeline::{
    Approval, CandidateView, ConsentNote, DecisionView, DeliveryNote, Hint, InboundMessage, Ingested, Motion,
    NewDecision, NewDraft, OutboundNote, PastDraft, Receipt, SendOrder, SendRules, SendTurn, Situation, Step,
    ThreadChange,
};
pub use playbooks::PlaybookInForce;
pub use prune::{Pruned, Retention};
pub use settings::{SettingChange, Settings};
pub use sinks::SinkState;
pub use threads::{ThreadFilter, ThreadView};
pub use watch::{CandidateMove, Watcher};
pub use workflows::{ChosenWorkflow, PublishedWorkflow, WorkflowLabel, WorkflowVersion, WorkflowsInForce};
