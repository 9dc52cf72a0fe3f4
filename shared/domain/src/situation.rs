//! The situation a message arrives in: who seems to be writing, how far the conversation has come, what is wanted.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::{classify::Atoms, intent::Intent};

/// What kind of guest a contact seems to be. Kept with the thread; the playbook moves it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Archetype {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// Travels for pleasure.
    LeisureGuest,
    /// Travels for work.
    BusinessGuest,
    /// Comes as many, or for an event.
    GroupGuest,
    /// Has asked for a lower price.
    Bargainer,
    /// Has stayed before.
    ReturningGuest,
}

/// How far a conversation has come. Kept with the thread; the playbook moves it, and so may a person.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ThreadState {
    /// Nothing was answered yet.
    #[default]
    New,
    /// Questions are being asked and answered.
    Inquiring,
    /// The price was given.
    Quoted,
    /// They want to book; details are being collected or checked.
    Booking,
    /// There is a booking.
    Booked,
    /// Over: they declined, or do not want to be messaged.
    Closed,
}

/// What the decision is made from, and all of it.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What kind of guest the thread's contact seems to be.
    pub archetype: Archetype,
    /// How far the thread has come.
    pub state: ThreadState,
    /// What the message wants.
    pub intent: Intent,
    /// What the message states.
    pub atoms: &'a Atoms,
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn text_forms_round_trip() {
        for archetype in Archetype::VARIANTS {
            assert_eq!(archetype.to_string().parse::<Archetype>().unwrap(), *archetype);
            assert_eq!(serde_json::to_value(archetype).unwrap(), archetype.to_string());
        }
        for state in ThreadState::VARIANTS {
            assert_eq!(state.to_string().parse::<ThreadState>().unwrap(), *state);
            assert_eq!(serde_json::to_value(state).unwrap(), state.to_string());
        }
        assert_eq!((Archetype::default(), ThreadState::default()), (Archetype::Unknown, ThreadState::New));
    }
}
