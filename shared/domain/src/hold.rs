//! Why a candidate waits instead of being sent. A closed list: what is not here cannot hold a message.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// The closed set of reasons for which a candidate is held.
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
#[strum(serialize_all = "snake_case")]
pub enum HoldReason {
    /// The draft contradicts the business's facts.
    SpecConflict,
    /// The draft breaks the business's policy.
    PolicyConflict,
    /// No usable body came out: empty, truncated, or a placeholder left in.
    NoBody,
    /// No workflow applies to the situation.
    NoWorkflow,
    /// A model is needed and none can be reached.
    EngineUnavailable,
    /// The inbound is older than the freshness limit: an answer now would surprise.
    StaleInbound,
    /// A person answers this thread, or was asked for.
    HumanTakeover,
    /// The contact asked not to be messaged.
    OptedOut,
    /// It is night where the contact lives.
    QuietHours,
    /// The contact got as many messages as policy allows for the period.
    FrequencyCap,
    /// The channel no longer accepts a free-form reply to this contact.
    WindowClosed,
    /// The same text went to this thread a moment ago.
    Duplicate,
    /// Sending is paused: globally, for the channel, or for the thread.
    Paused,
    /// The webhook was tried and nobody knows whether it arrived.
    DispatchUnknown,
    /// The message bridge refused the message for good.
    DispatchRejected,
    /// The inbound tries to give the model instructions.
    InjectionSuspected,
    /// A possible minor, distress or coercion: a human answers, in every mode.
    Safety,
    /// A job of the candidate failed as often as it may.
    AttemptsExhausted,
}

impl HoldReason {
    /// True for reasons that end by themselves with time, so that a scheduler duty may let the candidate go on.
    #[must_use]
    pub const fn releases_itself(self) -> bool {
        matches!(self, Self::QuietHours | Self::FrequencyCap | Self::Paused | Self::EngineUnavailable)
    }

    /// True for reasons that stay with the thread: later messages of it wait for a human as well.
    #[must_use]
    pub const fn sticks_to_thread(self) -> bool {
        matches!(self, Self::HumanTakeover | Self::Safety)
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn text_form_is_the_same_in_json_and_sql() {
        for reason in HoldReason::VARIANTS {
            let text = reason.to_string();
            assert_eq!(text.parse::<HoldReason>().unwrap(), *reason);
            assert_eq!(serde_json::to_value(reason).unwrap(), text);
        }
        assert_eq!(HoldReason::VARIANTS.len(), 18);
    }
}
