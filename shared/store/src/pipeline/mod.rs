//! The journey of a message, as transactions: taken in, moved step by step, sent, or stopped by a human.
//!
//! Every transaction that changes a candidate locks its thread first. Within that lock [`prospector_domain`] decides
//! and this module writes; nothing here waits for anything outside the database.

mod ingest;
mod load;
mod motion;
mod operate;
mod release;
mod rows;
mod send;
mod step;

pub use ingest::{InboundMessage, Ingested, Receipt};
pub use load::{CandidateView, ConsentNote, DecisionView, OutboundNote, PastDraft, Situation};
pub(crate) use load::{load_candidate, lock_thread};
pub use motion::Hint;
pub(crate) use motion::Scene;
pub use operate::Approval;
pub(crate) use rows::{CandidateRow, MessageRow, ThreadRow};
pub use send::{SendOrder, SendRules, SendTurn};
pub use step::{DeliveryNote, Motion, NewDecision, NewDraft, Step, ThreadChange};
