//! What the business does and does not do: writing prices, payment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

/// Whether a reply may state a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceInWriting {
    /// A price from the facts may be written.
    #[default]
    Allowed,
    /// No price is ever written, not even a true one.
    Never,
}

/// How and when guests pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentTerms {
    /// Ways of paying, in the order they are named to guests. At least one.
    pub methods: Vec<PaymentMethod>,
    /// When the balance is due.
    pub balance_due: PaymentMoment,
    /// When the deposit is due; needs a deposit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit_due: Option<PaymentMoment>,
}

/// A way of paying.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Display,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// Notes and coins.
    #[strum(serialize = "cash")]
    Cash,
    /// Debit or credit card.
    #[strum(serialize = "card")]
    Card,
    /// Transfer to the business's bank account.
    #[strum(serialize = "bank transfer")]
    BankTransfer,
    /// A link to a payment page.
    #[strum(serialize = "payment link")]
    PaymentLink,
    /// A payment app on the guest's telephone.
    #[strum(serialize = "mobile payment")]
    MobilePayment,
    /// A cheque.
    #[strum(serialize = "cheque")]
    Cheque,
}

/// When something is paid.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Display,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMoment {
    /// With the booking.
    #[strum(serialize = "at booking")]
    AtBooking,
    /// After booking, before the first day.
    #[strum(serialize = "before arrival")]
    BeforeArrival,
    /// On the first day.
    #[strum(serialize = "on arrival")]
    OnArrival,
    /// On the last day.
    #[strum(serialize = "on departure")]
    OnDeparture,
    /// Later, when the invoice comes.
    #[strum(serialize = "on invoice")]
    OnInvoice,
}
