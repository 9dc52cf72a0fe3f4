//! The checks: one module each, with one function `check`.

pub(super) mod address;
pub(super) mod assent;
#[cfg(test)]
mod breadth;
pub(super) mod channel;
pub(super) mod chat_markup;
pub(super) mod contact;
pub(super) mod control;
pub(super) mod date;
pub(super) mod discount;
pub(super) mod emoji;
pub(super) mod empty;
pub(super) mod language;
pub(super) mod leak;
pub(super) mod length;
mod licence;
pub(super) mod markdown;
pub(super) mod minimum;
pub(super) mod money;
pub(super) mod never_offer;
pub(super) mod payment;
pub(super) mod percentage;
pub(super) mod place;
pub(super) mod placeholder;
pub(super) mod price_in_writing;
pub(super) mod price_reference;
pub(super) mod prompt_overlap;
pub(super) mod quoted;
mod refusal;
pub(super) mod repetition;
pub(super) mod segments;
pub(super) mod service;
pub(super) mod service_in_writing;
mod stance;
pub(super) mod truncated;
pub(super) mod whereabouts;
#[cfg(test)]
mod whereabouts_said;
