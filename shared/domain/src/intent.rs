//! What a message wants. A closed list: the playbook has an answer for each, in every state.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// The closed set of intents. Where rules cannot say which one it is there is none: see
/// [`Classification::abstained`](crate::classify::Classification::abstained).
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
pub enum Intent {
    /// Says hello and nothing else.
    Greeting,
    /// Sent the word HELP or INFO: wants to know who this is.
    HelpAsked,
    /// Sent START or the like: agrees to be messaged again.
    OptIn,
    /// Asks what a stay costs.
    PriceAsked,
    /// Bargains: asks for less, or names a price of their own.
    DiscountAsked,
    /// Asks whether there is a room.
    AvailabilityAsked,
    /// Only states dates, nights, party or rooms, as an answer or as an opening.
    StayDetails,
    /// Wants to book a stay.
    BookingWanted,
    /// Wants an existing booking to be different.
    BookingChange,
    /// Wants an existing booking to end.
    BookingCancel,
    /// Speaks of an existing booking without wanting it changed or cancelled.
    BookingQuery,
    /// Comes as many, or wants the house for an event.
    GroupAsked,
    /// Asks where the house is and how to get there.
    LocationAsked,
    /// Looks for a stay in a place where the business has none.
    WrongPlace,
    /// Asks about, or announces, times of arrival and departure.
    CheckInOut,
    /// Asks about the basics of the house: wifi, parking, breakfast, pets.
    AmenityAsked,
    /// Asks for a facility or service beyond the basics: a pool, a table, a massage, a transfer, a room's equipment.
    FacilityAsked,
    /// A guest in the house needs something brought or done: a towel, the room cleaned.
    HouseRequest,
    /// Asks how or when to pay, or about the deposit.
    PaymentAsked,
    /// Asks for money back.
    RefundAsked,
    /// Wants another channel: a call, a video call, a viewing, another app.
    ChannelAsked,
    /// Lost or left something behind.
    LostProperty,
    /// Something is wrong and they say so.
    Complaint,
    /// Asks for a person, or whether this is a machine.
    HumanWanted,
    /// Says thank you and nothing else.
    Thanks,
    /// Says yes, or that something is fine, and nothing else.
    Affirm,
    /// Says no and nothing else.
    Deny,
    /// Is not interested, or found something else.
    Declined,
    /// Says goodbye and nothing else.
    Goodbye,
    /// Did not understand and asks to hear it again.
    RepeatAsked,
    /// Asks not to be messaged any more.
    OptOut,
}

impl Intent {
    /// What it means, in one line, as a model is told.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Greeting => "Says hello and nothing else",
            Self::HelpAsked => "Sent the word HELP or INFO: wants to know who this is",
            Self::OptIn => "Sent START or the like: agrees to be messaged again",
            Self::PriceAsked => "Asks what a stay costs",
            Self::DiscountAsked => "Bargains: asks for less, or names a price of their own",
            Self::AvailabilityAsked => "Asks whether there is a room",
            Self::StayDetails => "Only states dates, nights, party or rooms, as an answer or as an opening",
            Self::BookingWanted => "Wants to book a stay",
            Self::BookingChange => "Wants an existing booking to be different",
            Self::BookingCancel => "Wants an existing booking to end",
            Self::BookingQuery => "Speaks of an existing booking without wanting it changed or cancelled",
            Self::GroupAsked => "Comes as many, or wants the house for an event",
            Self::LocationAsked => "Asks where the house is and how to get there",
            Self::WrongPlace => "Looks for a stay in a place where the business has none",
            Self::CheckInOut => "Asks about, or announces, times of arrival and departure",
            Self::AmenityAsked => "Asks about the basics of the house: wifi, parking, breakfast, pets",
            Self::FacilityAsked => {
                "Asks for a facility or service beyond the basics: a pool, a table, a massage, a transfer, a room's equipment"
            }
            Self::HouseRequest => {
                "A guest in the house needs something brought or done: a towel, the room cleaned"
            }
            Self::PaymentAsked => "Asks how or when to pay, or about the deposit",
            Self::RefundAsked => "Asks for money back",
            Self::ChannelAsked => "Wants another channel: a call, a video call, a viewing, another app",
            Self::LostProperty => "Lost or left something behind",
            Self::Complaint => "Something is wrong and they say so",
            Self::HumanWanted => "Asks for a person, or whether this is a machine",
            Self::Thanks => "Says thank you and nothing else",
            Self::Affirm => "Says yes, or that something is fine, and nothing else",
            Self::Deny => "Says no and nothing else",
            Self::Declined => "Is not interested, or found something else",
            Self::Goodbye => "Says goodbye and nothing else",
            Self::RepeatAsked => "Did not understand and asks to hear it again",
            Self::OptOut => "Asks not to be messaged any more",
        }
    }

    /// False for what only rules may read: consent is a matter of law, and a guess would be worse than a hold.
    #[must_use]
    pub const fn may_be_guessed(self) -> bool {
        !matches!(self, Self::OptIn | Self::OptOut)
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn text_form_is_the_same_in_json_toml_and_sql() {
        for intent in Intent::VARIANTS {
            let text = intent.to_string();
            assert_eq!(text.parse::<Intent>().unwrap(), *intent);
            assert_eq!(serde_json::to_value(intent).unwrap(), text);
        }
        assert_eq!(Intent::VARIANTS.len(), 31);
    }
}
