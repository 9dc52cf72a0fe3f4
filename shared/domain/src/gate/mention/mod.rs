//! What a text speaks of, found without asking whether the facts license it.

mod money;
mod number;

pub(crate) use money::{MoneyFound, Quantity, find_money};
