//! The closed list of what can be wrong with a draft.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::hold::HoldReason;

/// What is wrong. The text form never changes once shipped.
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
pub enum ViolationCode {
    /// An amount that no rate, total, minimum or deposit gives.
    AmountUnlicensed,
    /// An amount in another currency than the business's.
    CurrencyMismatch,
    /// A true amount for another unit: the price of a night as the price of a week.
    UnitMismatch,
    /// Something else stated as the deposit, or the deposit stated as something else.
    DepositMismatch,
    /// A percentage that is not the deposit's.
    PercentageUnlicensed,
    /// A reference to a price that the facts do not know: "same as last time".
    PriceReference,
    /// A yes to a price of the guest's that is not the business's.
    AssentToWrongPrice,
    /// Fewer units than the minimum are offered.
    BelowMinimum,
    /// A place where the business is not.
    PlaceUnlicensed,
    /// A day on which the business is not there.
    DateOutsideWindow,
    /// A street address that is not the business's.
    AddressUnlicensed,
    /// A price although prices are never written.
    PriceInWriting,
    /// A service that policy keeps out of writing.
    ServiceInWriting,
    /// A way of paying that is not accepted.
    PaymentMethod,
    /// A time of paying other than the terms'.
    PaymentTiming,
    /// A way of talking that the business does not offer.
    ChannelNotOffered,
    /// A move to another channel than the thread's.
    OtherChannel,
    /// A telephone number that is not public.
    PhoneLeak,
    /// An e-mail address that is not public.
    EmailLeak,
    /// A link that is not public.
    LinkLeak,
    /// A handle that is not public.
    HandleLeak,
    /// Bank details.
    BankDetailsLeak,
    /// Something that is never offered.
    NeverOffer,
    /// More graphemes than allowed.
    TooLong,
    /// More emoji than allowed.
    TooManyEmoji,
    /// A language that replies are not written in.
    WrongLanguage,
    /// Markdown, which arrives as stray signs.
    Markdown,
    /// The same over and over.
    Repetition,
    /// Control characters, or a pile of line breaks.
    ControlCharacter,
    /// Characters that hide or reorder text: bidirectional controls, tag characters.
    DisguisedText,
    /// The model's reasoning.
    ReasoningLeak,
    /// Words of the prompt or of the instructions.
    PromptLeak,
    /// Signs of a chat format.
    ChatMarkup,
    /// Talk of a machine about itself.
    AssistantPhrase,
    /// Words about the reply instead of the reply.
    Preamble,
    /// A placeholder nobody filled.
    Placeholder,
    /// The end is missing.
    Truncated,
    /// No words at all.
    Empty,
}

/// What a violation contradicts.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
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
pub enum Conflict {
    /// The facts.
    SpecConflict,
    /// The policy, or the form a reply must have.
    PolicyConflict,
}

impl ViolationCode {
    /// What a violation with this code contradicts.
    #[must_use]
    pub const fn conflict(self) -> Conflict {
        match self {
            Self::AmountUnlicensed
            | Self::CurrencyMismatch
            | Self::UnitMismatch
            | Self::DepositMismatch
            | Self::PercentageUnlicensed
            | Self::PriceReference
            | Self::AssentToWrongPrice
            | Self::BelowMinimum
            | Self::PlaceUnlicensed
            | Self::DateOutsideWindow
            | Self::AddressUnlicensed => Conflict::SpecConflict,
            Self::PriceInWriting
            | Self::ServiceInWriting
            | Self::PaymentMethod
            | Self::PaymentTiming
            | Self::ChannelNotOffered
            | Self::OtherChannel
            | Self::PhoneLeak
            | Self::EmailLeak
            | Self::LinkLeak
            | Self::HandleLeak
            | Self::BankDetailsLeak
            | Self::NeverOffer
            | Self::TooLong
            | Self::TooManyEmoji
            | Self::WrongLanguage
            | Self::Markdown
            | Self::Repetition
            | Self::ControlCharacter
            | Self::DisguisedText
            | Self::ReasoningLeak
            | Self::PromptLeak
            | Self::ChatMarkup
            | Self::AssistantPhrase
            | Self::Preamble
            | Self::Placeholder
            | Self::Truncated
            | Self::Empty => Conflict::PolicyConflict,
        }
    }

    /// The reason for which a candidate is held. A body that is empty, cut off or unfilled is no body at all, and the
    /// operator is told so instead of being sent to look for a breach of policy.
    #[must_use]
    pub const fn hold_reason(self) -> HoldReason {
        match (self, self.conflict()) {
            (Self::Placeholder | Self::Truncated | Self::Empty, _) => HoldReason::NoBody,
            (_, Conflict::SpecConflict) => HoldReason::SpecConflict,
            (_, Conflict::PolicyConflict) => HoldReason::PolicyConflict,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_are_stable_and_round_trip() {
        let forms: Vec<String> = ViolationCode::VARIANTS.iter().map(ToString::to_string).collect();
        for (code, form) in ViolationCode::VARIANTS.iter().zip(&forms) {
            assert_eq!(form.parse::<ViolationCode>().unwrap(), *code);
            assert_eq!(serde_json::to_value(code).unwrap(), *form);
        }
        insta::assert_snapshot!(forms.join("\n"));
    }

    #[test]
    fn a_conflict_has_the_name_of_its_hold_reason() {
        assert_eq!(Conflict::SpecConflict.to_string(), HoldReason::SpecConflict.to_string());
        assert_eq!(Conflict::PolicyConflict.to_string(), HoldReason::PolicyConflict.to_string());
        assert_eq!(ViolationCode::Empty.hold_reason(), HoldReason::NoBody);
        assert_eq!(ViolationCode::AmountUnlicensed.hold_reason(), HoldReason::SpecConflict);
        assert_eq!(ViolationCode::TooLong.hold_reason(), HoldReason::PolicyConflict);
    }
}
