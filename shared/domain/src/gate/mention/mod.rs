//! What a text speaks of, found without asking whether the facts license it.

mod money;
mod number;

pub(crate) use money::{MoneyFound, Quantity, find_money};

/// Single words that must be seen even where a space splits them, folded.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    [money::VOCABULARY].into_iter().flatten().copied()
}
