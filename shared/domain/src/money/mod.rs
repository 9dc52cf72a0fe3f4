//! Money: currencies by ISO code, exact amounts, and the one way in which amounts are written for people. No floats.

mod amount;
mod currency;

pub use amount::{AMOUNT_MAX, Amount, InvalidAmount, money_text};
pub use currency::{Currency, InvalidCurrency};
