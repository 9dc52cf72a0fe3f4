//! What a text speaks of, found without asking whether the facts license it.

mod gazetteer;
mod locative;
mod money;
mod number;
mod ordinary;
mod place;

pub(super) use gazetteer::{PlaceId, places_named, places_within, words_of_name};
pub(crate) use money::{MoneyFound, Quantity, find_money};
pub(super) use place::{PlaceFound, find_places};

/// Single words that must be seen even where a space splits them, folded.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    [money::VOCABULARY].into_iter().flatten().copied().chain(gazetteer::GAZETTEER.vocabulary())
}
