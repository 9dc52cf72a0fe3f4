//! The business's own facts: the one source that is injected into prompts, fills the placeholders of fixed texts, and
//! serves the gate as its oracle.
//!
//! Facts come in as TOML or JSON, are checked field by field, and are told apart by the hash of their canonical form.
//! The world they describe is closed: a price, place, channel or contact that is not here does not exist.

mod channels;
mod check;
mod error;
mod place;
mod policy;
mod rate;
mod read;
mod schema;

pub use channels::{App, Channels};
pub use error::FactsError;
pub use place::{Location, PlaceOwner};
pub use policy::{PaymentMethod, PaymentMoment, PaymentTerms, PriceInWriting};
pub use rate::{Deposit, Percent, Rate, Unit};
pub use read::{FACTS_MAX_BYTES, facts_schema};
pub use schema::{Business, Facts};
