//! How far a draft may go on its own. Set globally, per channel and per thread; the most restrictive wins.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// A sending mode. Ordered from least to most restrictive, so that `max` is the effective one.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", ascii_case_insensitive)]
pub enum Mode {
    /// Clean drafts are sent after the undo window.
    Go,
    /// Clean drafts are staged for a human's approval.
    Draft,
    /// Nothing is drafted for sending: candidates are held.
    Pause,
}

impl Mode {
    /// The mode in force: the most restrictive of those that are set.
    #[must_use]
    pub fn effective(global: Self, channel: Option<Self>, thread: Option<Self>) -> Self {
        global.max(channel.unwrap_or(global)).max(thread.unwrap_or(global))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_restrictive_wins() {
        assert_eq!(Mode::effective(Mode::Go, None, None), Mode::Go);
        assert_eq!(Mode::effective(Mode::Go, Some(Mode::Draft), None), Mode::Draft);
        assert_eq!(Mode::effective(Mode::Pause, Some(Mode::Go), Some(Mode::Go)), Mode::Pause);
        assert_eq!(Mode::effective(Mode::Draft, Some(Mode::Go), Some(Mode::Pause)), Mode::Pause);
    }
}
