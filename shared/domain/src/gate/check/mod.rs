//! The checks: one module each, with one function `check`.

pub(super) mod assent;
pub(super) mod control;
pub(super) mod emoji;
pub(super) mod empty;
pub(super) mod length;
mod licence;
pub(super) mod money;
pub(super) mod percentage;
pub(super) mod placeholder;
pub(super) mod price_in_writing;
