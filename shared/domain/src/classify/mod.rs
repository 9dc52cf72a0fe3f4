//! Fast rules that read a message before any model does, and abstain where they are not sure.
//!
//! A message is folded into a plain form (`reading`) and cut into sentences. In each sentence rules fire (`rules`);
//! small talk and bare statements about a stay count only where a sentence holds nothing else. Of the intents shown one
//! wins, or none does (`resolve`). Beside it the atoms are read: dates, party, money, and so on.
//!
//! Architecture invariant: the result depends on the text, the context and the tables here, and on nothing else; it is
//! the same for every Unicode normal form of a text. No rule knows a business: what is the business's own comes in with
//! [`ClassifyContext`].

mod atoms;
mod calendar;
mod channels;
mod dates;
mod injection;
mod money;
mod numbers;
mod party;
mod pattern;
mod place;
mod reading;
mod resolve;
mod rules;
mod rules_house;
mod rules_stay;
mod rules_trouble;
mod social;
mod spans;
mod stay;
mod times;
mod verdict;

#[cfg(test)]
mod measured;

pub use atoms::{Atoms, ChannelKind, Party, Precision, SaidChannel, SaidDate, SaidMoney, SaidTime};
pub(crate) use pattern::compile;
pub use place::own_places;
pub(crate) use reading::Reading;
pub use verdict::{AbstainReason, Classification, ClassifyContext, FiredRule, classify};
