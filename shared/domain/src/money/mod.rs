//! Money: currencies by ISO code, exact amounts, and the one way in which amounts are written for people. No floats.

mod amount;
mod currency;
pub(crate) mod json_number;
mod reading;

pub use amount::{AMOUNT_MAX, Amount, InvalidAmount, money_text};
pub use currency::{Currency, InvalidCurrency};
pub(crate) use reading::{currency_of_word, currency_sign_at_end, currency_sign_at_start};
