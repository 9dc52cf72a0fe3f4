//! What single words may be: looked up once for each word of a text, for all that looks for mentions.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{address, date, digits, handle, host, locative, place};
use crate::{
    gate::check::minimum,
    text::{self, Kinds, View, Word, WordMap},
};

/// Says where: `in`, `near`.
pub(super) const SAYS_WHERE: Kinds = Kinds::of(0);
/// Stands between a word that says where and the name, and changes nothing: `the`.
pub(super) const MODIFIER: Kinds = Kinds::of(1);
/// Says that something moves, so that `to` and `from` say where.
pub(super) const MOTION: Kinds = Kinds::of(2);
/// A name of a month.
pub(super) const MONTH: Kinds = Kinds::of(3);
/// Spells digits, or says how often one stands.
pub(super) const DIGITS: Kinds = Kinds::of(4);
/// Written for a stop or an `@`.
pub(super) const SIGN: Kinds = Kinds::of(5);
/// A top level that a space may part from its stop.
pub(super) const TOP_LEVEL_APART: Kinds = Kinds::of(6);
/// Says street.
pub(super) const STREET: Kinds = Kinds::of(7);
/// Begins the name of another platform.
pub(super) const PLATFORM: Kinds = Kinds::of(8);
/// Says that a text is German.
pub(super) const GERMAN: Kinds = Kinds::of(9);

/// Counts a few units, in [`minimum`](crate::gate::check::minimum).
pub(in crate::gate) const FEW: Kinds = Kinds::of(10);
/// A unit that they count.
pub(in crate::gate) const UNIT: Kinds = Kinds::of(11);

static KINDS: LazyLock<WordMap<Kinds>> = LazyLock::new(|| {
    let lists = [
        (SAYS_WHERE, locative::SAYS_WHERE),
        (MODIFIER, locative::MODIFIERS),
        (MOTION, locative::MOTION),
        (SIGN, host::SIGN_WORDS),
        (TOP_LEVEL_APART, host::AFTER_A_SPACE),
        (STREET, address::STREET_WORDS),
        (PLATFORM, handle::PLATFORM_WORDS),
        (GERMAN, place::GERMAN),
        (FEW, minimum::FEW),
        (UNIT, minimum::UNITS),
    ];
    let listed = lists.iter().flat_map(|(kind, words)| words.iter().map(|word| (*kind, *word)));
    let months = date::names_of_months().map(|word| (MONTH, word));
    let digits = digits::words().map(|word| (DIGITS, word));
    let mut kinds: BTreeMap<&str, Kinds> = BTreeMap::new();
    for (kind, word) in listed.chain(months).chain(digits) {
        let all = kinds.entry(word).or_default();
        *all = all.or(kind);
    }
    WordMap::of(kinds)
});

/// The words of a text and its folded form, with what each may be.
pub(in crate::gate) fn words_of(plain: &str, folded: &View) -> Vec<Word> {
    text::words_of(plain, folded, &KINDS)
}
