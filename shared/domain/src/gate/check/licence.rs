//! Which amounts the facts license, and which fact is nearest to one they do not.

use rust_decimal::Decimal;

use crate::{
    facts::{Deposit, Facts, Rate, Unit},
    gate::{code::ViolationCode, mention::MoneyFound},
    money::Currency,
};

/// The amounts that can be derived from the facts.
pub(super) struct Licence<'a> {
    facts: &'a Facts,
    units_max: Decimal,
}

impl<'a> Licence<'a> {
    pub(super) fn new(facts: &'a Facts, units_max: u32) -> Self {
        Self { facts, units_max: units_max.max(1).into() }
    }

    /// What is wrong with an amount of money; none when the facts give every number of it.
    pub(super) fn fault(
        &self,
        found: &MoneyFound,
        currency: Option<Currency>,
        unit: Option<Unit>,
    ) -> Option<ViolationCode> {
        if currency.is_some_and(|currency| currency != self.facts.currency) {
            return Some(ViolationCode::CurrencyMismatch);
        }
        if found.values.is_empty() {
            return Some(ViolationCode::AmountUnlicensed);
        }
        found.values.iter().chain(&found.other_reading).find_map(|value| self.fault_of(*value, unit))
    }

    fn fault_of(&self, value: Decimal, unit: Option<Unit>) -> Option<ViolationCode> {
        let Some(unit) = unit else {
            let given = self.is_total(value) || self.is_deposit(value);
            return (!given).then_some(ViolationCode::AmountUnlicensed);
        };
        if self.facts.rates.iter().any(|rate| rate.per == unit && rate.amount.value() == value) {
            return None;
        }
        if self.is_total(value) || self.is_deposit(value) {
            return Some(ViolationCode::UnitMismatch);
        }
        Some(ViolationCode::AmountUnlicensed)
    }

    /// True for a rate, and for a rate times a whole number of units that add up.
    fn is_total(&self, value: Decimal) -> bool {
        self.facts.rates.iter().any(|rate| self.is_total_of(rate, value))
    }

    fn is_total_of(&self, rate: &Rate, value: Decimal) -> bool {
        let amount = rate.amount.value();
        if value == amount {
            return true;
        }
        // Larger first: the quotient of very unequal numbers would not fit.
        rate.per.adds_up()
            && value > amount
            && amount.checked_mul(self.units_max).is_some_and(|most| value <= most)
            && value.checked_rem(amount) == Some(Decimal::ZERO)
    }

    /// True for the deposit, and for its share of any total.
    fn is_deposit(&self, value: Decimal) -> bool {
        match self.facts.deposit {
            None => false,
            Some(Deposit::Amount(amount)) => value == amount.value(),
            Some(Deposit::Percent(percent)) => {
                let total =
                    value.checked_mul(Decimal::ONE_HUNDRED).and_then(|v| v.checked_div(percent.value()));
                total.is_some_and(|total| self.is_total(total))
            }
        }
    }

    /// The fact that an amount comes closest to, with its path: what it should have said. A rate for the same unit is
    /// closer than any other.
    pub(super) fn nearest_fact(&self, value: Option<Decimal>, unit: Option<Unit>) -> Option<String> {
        let currency = self.facts.currency;
        let far = |amount: Decimal| value.map(|value| (amount - value).abs());
        let rates = self.facts.rates.iter().enumerate().map(|(index, rate)| {
            let is_other_unit = unit.is_some_and(|unit| unit != rate.per);
            let words = format!("rates[{index}]: {}", rate.words(currency));
            ((is_other_unit, far(rate.amount.value())), words)
        });
        let deposit = self.facts.deposit.map(|deposit| {
            let distance = match deposit {
                Deposit::Amount(amount) => far(amount.value()),
                Deposit::Percent(_) => Some(Decimal::MAX),
            };
            ((unit.is_some(), distance), format!("deposit: {}", deposit.words(currency)))
        });
        rates.chain(deposit).min_by_key(|(distance, _)| *distance).map(|(_, words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{example, gate::UNITS_MAX};

    fn fault(amount: &str, unit: Option<Unit>) -> Option<ViolationCode> {
        let facts = example::facts();
        Licence::new(&facts, UNITS_MAX).fault_of(amount.parse().unwrap(), unit)
    }

    #[test]
    fn rates_totals_and_the_deposit_are_licensed() {
        for amount in ["65", "90", "127.5", "127.50", "130", "270", "382.5", "2015", "50"] {
            assert_eq!(fault(amount, None), None, "{amount}");
        }
        for amount in ["0", "1", "64.99", "66", "100", "2080", "79228162514264337593543950335"] {
            assert_eq!(fault(amount, None), Some(ViolationCode::AmountUnlicensed), "{amount}");
        }
    }

    #[test]
    fn a_named_unit_allows_the_rate_alone() {
        assert_eq!(fault("90", Some(Unit::Night)), None);
        assert_eq!(fault("180", Some(Unit::Night)), Some(ViolationCode::UnitMismatch));
        assert_eq!(fault("90", Some(Unit::Week)), Some(ViolationCode::UnitMismatch));
        assert_eq!(fault("50", Some(Unit::Night)), Some(ViolationCode::UnitMismatch));
        assert_eq!(fault("80", Some(Unit::Night)), Some(ViolationCode::AmountUnlicensed));
    }

    #[test]
    fn a_share_licenses_its_part_of_any_total() {
        let text = example::FACTS_TOML.replace("{ amount = 50 }", "{ percent = 30 }");
        let facts = Facts::parse_toml(&text).unwrap();
        let licence = Licence::new(&facts, UNITS_MAX);
        assert_eq!(licence.fault_of("27".parse().unwrap(), None), None, "30% of 90");
        assert_eq!(licence.fault_of("54".parse().unwrap(), None), None, "30% of 180");
        assert!(licence.fault_of("28".parse().unwrap(), None).is_some());
    }

    #[test]
    fn a_group_has_one_price_whatever_its_size() {
        let json = r#"{"currency": "EUR", "rates": [{"service": "tour", "amount": 80, "per": "group"}]}"#;
        let facts = Facts::parse_json(json).unwrap();
        let licence = Licence::new(&facts, UNITS_MAX);
        assert_eq!(licence.fault_of("80".parse().unwrap(), None), None);
        assert!(licence.fault_of("160".parse().unwrap(), None).is_some());
    }

    #[test]
    fn the_nearest_fact_is_named() {
        let facts = example::facts();
        let licence = Licence::new(&facts, UNITS_MAX);
        let nearest = |amount: &str, unit| licence.nearest_fact(Some(amount.parse().unwrap()), unit).unwrap();
        assert_eq!(nearest("85", None), "rates[1]: double room €90 per night");
        assert_eq!(nearest("52", None), "deposit: €50");
        assert_eq!(nearest("52", Some(Unit::Night)), "rates[0]: single room €65 per night");
        let none = Facts::parse_json(r#"{"currency": "EUR"}"#).unwrap();
        assert_eq!(Licence::new(&none, 1).nearest_fact(None, None), None);
    }
}
