//! Machines that serve a model: rows that are there before the machines are, and until those are certainly gone.
//!
//! Only the leader writes them, and every command proves in its own transaction that it still leads. Deciding what to
//! do with a machine, and doing it, is the scheduler's business.

mod adopt;
mod breakers;
mod guard;
mod life;
mod row;
mod show;

pub use adopt::FoundMachine;
pub use breakers::Breaker;
pub use guard::LeaderGuard;
pub(crate) use guard::ensure_leader;
pub use life::{NewNode, NodeChange};
pub(crate) use life::{lock_node, save};
pub use row::Node;
pub use show::{Boot, ServingNode};
