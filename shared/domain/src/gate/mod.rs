//! The alignment gate: whether a draft may be said, measured against the business's own facts and policy.
//!
//! [`Gate::validate`] is pure and deterministic. It makes the text plain, collects what the text mentions, and hands
//! both to one small check after another; each check is a module of `check` with one function, and knows nothing of
//! the others. What is wrong is named by a closed list of codes, with the place in the original text and the fact it
//! contradicts.
//!
//! Architecture invariant: the world is closed. A mention that the facts do not license holds the draft; nothing is
//! let through because it looks harmless.

mod check;
mod code;
mod context;
mod draft;
mod mention;
mod own_words;
mod phrases;
mod topics;
mod validate;
mod verdict;

pub use code::{Conflict, ViolationCode};
pub use context::{GateContext, UNITS_MAX};
pub(crate) use mention::{Setting, find_money};
pub use validate::{Gate, validate_draft};
pub use verdict::{Mention, MentionKind, Verdict, Violation};

pub use crate::text::Span;
