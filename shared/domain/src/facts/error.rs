//! What can be wrong with facts, each naming the place.

use super::read::FACTS_MAX_BYTES;

/// Why a text is not a set of facts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Longer than [`FACTS_MAX_BYTES`].
    #[error("facts are {0} bytes long, at most {FACTS_MAX_BYTES} are allowed")]
    TooLarge(usize),
    /// Not TOML, or not JSON. The message names line and column.
    #[error("facts are not valid {format}: {message}")]
    Syntax {
        /// `TOML` or `JSON`.
        format: &'static str,
        /// The parser's words.
        message: String,
    },
    /// One field is missing, unknown, of the wrong type, or contradicts another.
    #[error("facts field `{field}`: {reason}")]
    Field {
        /// Its path, such as `rates[0].amount`.
        field: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
}

impl FactsError {
    pub(crate) fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Field { field: field.into(), reason: reason.into() }
    }
}
