//! What a text speaks of, found without asking whether the facts license it.

mod address;
mod bank;
mod channel;
mod channel_phrases;
mod contact;
mod date;
mod digits;
mod gazetteer;
mod handle;
mod host;
pub(super) mod kinds;
mod locative;
mod money;
mod ordinary;
mod payment;
mod place;
mod service;
mod themes;
mod top_level;

pub(super) use address::{AddressFound, address_words, find_addresses};
pub(super) use channel::{ChannelFound, Way, find_channels};
pub(super) use contact::{ContactFound, ContactKind, find_contacts};
pub(super) use date::{DateFound, Day, find_dates};
pub(super) use gazetteer::{PlaceId, places_named, places_within, words_of_name};
pub(super) use kinds::words_of;
pub(crate) use money::{
    Basis, Form, MoneyFound, Quantity, Role, Setting, asks_price, counted_unit, find_money,
};
pub(super) use payment::find_payment;
pub(crate) use payment::{Part, Payment, PaymentFound};
pub(super) use place::{PlaceFound, find_places};
pub(super) use service::{ServiceFound, Services};

/// Single words that must be seen even where a space splits them, folded.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    [address::VOCABULARY, contact::VOCABULARY, digits::VOCABULARY]
        .into_iter()
        .flatten()
        .copied()
        .chain(gazetteer::GAZETTEER.vocabulary())
        .chain(money::vocabulary())
}
