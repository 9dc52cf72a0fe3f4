//! Money: currencies by ISO code, exact amounts, and the one way in which amounts are written for people. No floats.

mod amount;
mod coin;
mod currency;
pub(crate) mod json_number;
mod reading;

pub use amount::{AMOUNT_MAX, Amount, InvalidAmount, money_text};
pub(crate) use coin::{Coin, NAMES, NATIONS, SIGNS};
pub use currency::{Currency, InvalidCurrency};
pub(crate) use reading::{Denomination, codes, currency_of_code, denomination};
