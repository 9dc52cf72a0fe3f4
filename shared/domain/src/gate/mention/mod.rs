//! What a text speaks of, found without asking whether the facts license it.

mod gazetteer;
mod locative;
mod money;
mod ordinary;
mod payment;
mod place;

pub(super) use gazetteer::{PlaceId, places_named, places_within, words_of_name};
pub(crate) use money::{
    Basis, Form, MoneyFound, Quantity, Role, Setting, asks_price, counted_unit, find_money,
};
pub(crate) use payment::{Part, Payment, PaymentFound, find_payment};
pub(super) use place::{PlaceFound, find_places};

/// Single words that must be seen even where a space splits them, folded.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    [money::VOCABULARY].into_iter().flatten().copied().chain(gazetteer::GAZETTEER.vocabulary())
}
