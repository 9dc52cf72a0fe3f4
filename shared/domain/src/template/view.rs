//! What a template sees of the facts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::render::RenderContext;
use crate::{
    facts::{Business, Facts, PaymentMethod},
    money::money_text,
};

/// Every variable there is; `*` stands for the topics that the facts happen to have.
pub(super) const VARIABLES: &[&str] = &[
    "business.name",
    "business.owner",
    "contacts",
    "currency",
    "deposit",
    "house.*",
    "location.address",
    "location.city",
    "notices.*",
    "payment.balance_due",
    "payment.deposit_due",
    "payment.methods",
    "place",
    "rates",
];

/// True for a variable that exists, whether or not the facts have a value for it. A table such as `house` exists as
/// well as what is in it.
pub(super) fn is_variable(path: &str) -> bool {
    VARIABLES.iter().any(|known| {
        *known == path
            || known.strip_suffix('*').is_some_and(|table| path.starts_with(table))
            || (known.len() > path.len() && known.starts_with(path) && known.as_bytes()[path.len()] == b'.')
            // `rates` is a list: what follows belongs to one of its entries.
            || (*known == "rates" && path.starts_with("rates."))
    })
}

/// The facts as templates see them: amounts are texts already, and what the facts do not have is not there.
#[derive(Serialize)]
pub(super) struct FactsView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    business: Option<&'a Business>,
    contacts: &'a [String],
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposit: Option<String>,
    house: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationView<'a>>,
    notices: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<PaymentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    rates: Vec<RateView<'a>>,
}

#[derive(Serialize)]
struct LocationView<'a> {
    city: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
}

#[derive(Serialize)]
struct PaymentView {
    methods: String,
    balance_due: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposit_due: Option<&'static str>,
}

#[derive(Serialize)]
struct RateView<'a> {
    service: &'a str,
    price: String,
    per: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_units: Option<u32>,
}

impl<'a> FactsView<'a> {
    pub(super) fn new(facts: &'a Facts, context: &RenderContext) -> Self {
        let location = facts.location_on(context.today);
        let rates = facts.rates.iter().map(|rate| RateView {
            service: &rate.service,
            price: money_text(rate.amount.value(), facts.currency),
            per: rate.per.into(),
            min_units: rate.min_units,
        });
        Self {
            business: facts.business.as_ref(),
            contacts: &facts.public_contacts,
            currency: facts.currency.code(),
            deposit: facts.deposit.map(|deposit| deposit.words(facts.currency)),
            house: &facts.house,
            location: location
                .map(|location| LocationView { city: &location.city, address: location.address.as_deref() }),
            notices: &facts.notices,
            payment: facts.payment_terms.as_ref().map(|terms| PaymentView {
                methods: either(&terms.methods),
                balance_due: terms.balance_due.into(),
                deposit_due: terms.deposit_due.map(Into::into),
            }),
            place: location.map(|location| location.city.as_str()),
            rates: rates.collect(),
        }
    }
}

/// `card`, `card or cash`, `card, cash or cheque`.
fn either(methods: &[PaymentMethod]) -> String {
    let names: Vec<&'static str> = methods.iter().map(Into::into).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn ways_of_paying_read_like_a_sentence() {
        use PaymentMethod::{Card, Cash, Cheque};
        assert_eq!(either(&[Card]), "card");
        assert_eq!(either(&[Card, Cash]), "card or cash");
        assert_eq!(either(&[Card, Cash, Cheque]), "card, cash or cheque");
    }

    #[test]
    fn every_variable_is_one_and_so_is_its_table() {
        for path in ["place", "business", "business.owner", "house", "house.sauna", "rates", "rates.price"] {
            assert!(is_variable(path), "{path}");
        }
        for path in ["guest", "business.owners", "busi", "price", "house_rules", "deposits"] {
            assert!(!is_variable(path), "{path}");
        }
    }

    #[test]
    fn what_a_template_sees_of_the_example() {
        insta::assert_json_snapshot!(FactsView::new(&example::facts(), &RenderContext::default()));
    }
}
