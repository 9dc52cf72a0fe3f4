//! The gate, measured: labelled drafts, what real people wrote, prices, towns, and what is put between letters. The data
//! is kept beside the repository and read in place; where it is missing the tests say so and pass.

#![expect(clippy::unwrap_used, reason = "a test has no other use for a failure")]

mod drafts;
mod in_place;
mod inserted;
mod messages;
mod money;
mod places;
