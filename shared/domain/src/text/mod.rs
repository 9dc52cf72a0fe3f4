//! Texts as rules and checks read them: plain, folded, squeezed to letters, cut into clauses; each knows the way back to
//! where it was written.
//!
//! [`PlainText`] takes the disguises off and keeps what is said, numbers included. [`View`]s are made from it for
//! phrases and names only: folding turns look-alikes into Latin letters, which would turn numbers into words.

mod characters;
mod clauses;
mod denials;
mod folded;
mod joined;
mod letters;
mod lookalike;
mod phrases;
mod plain;
mod span;
mod spellings;
mod view;
mod word_map;
mod words;

pub(crate) use characters::{
    Signs, beyond_ascii, is_alphanumeric, is_disguising, is_invisible, is_letter_or_digit,
};
pub(crate) use clauses::{Clauses, Polarity};
pub(crate) use folded::{fold, fold_phrase};
pub(crate) use joined::Joiner;
pub(crate) use letters::Letters;
pub(crate) use lookalike::{latin_lookalike, spelled_out};
pub(crate) use phrases::{Hit, Phrasebook};
pub(crate) use plain::PlainText;
pub use span::Span;
pub(crate) use view::View;
pub(crate) use word_map::WordMap;
pub(crate) use words::{Kinds, Reading, Shape, Word, words_of};
