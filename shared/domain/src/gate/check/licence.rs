//! Which amounts the facts license, and which fact is nearest to one they do not.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rust_decimal::Decimal;

use crate::{
    facts::{Deposit, Facts, Rate, Unit},
    gate::{
        code::ViolationCode,
        context::GateContext,
        mention::{Basis, Form, MoneyFound, Quantity, Role},
    },
};

/// The amounts that can be derived from the facts.
pub(super) struct Licence<'a> {
    facts: &'a Facts,
    units_max: Decimal,
    /// True when the draft answers a message about the deposit.
    is_about_deposit: bool,
}

impl<'a> Licence<'a> {
    pub(super) fn new(facts: &'a Facts, context: &GateContext<'_>) -> Self {
        let is_about_deposit = context.inbound.is_some_and(asks_for_deposit);
        Self { facts, units_max: context.units_max.max(1).into(), is_about_deposit }
    }

    /// What is wrong with an amount of money; none when the facts give every number of it.
    pub(super) fn fault(&self, found: &MoneyFound) -> Option<ViolationCode> {
        match found.quantity {
            Quantity::Percent => return None,
            Quantity::Foreign => return Some(ViolationCode::CurrencyMismatch),
            Quantity::Money(Some(currency)) if currency != self.facts.currency => {
                return Some(ViolationCode::CurrencyMismatch);
            }
            Quantity::Money(_) => {}
        }
        if found.values.is_empty() || found.is_disguised || found.form == Form::Under {
            return Some(ViolationCode::AmountUnlicensed);
        }
        let lower_end = matches!(found.form, Form::From | Form::Range).then_some(found.values[0]);
        if let Some(lower) = lower_end.filter(|lower| !self.is_lower_end(*lower, found)) {
            return self.fault_of(lower, found).or(Some(ViolationCode::AmountUnlicensed));
        }
        found.values.iter().chain(&found.other_reading).find_map(|value| self.fault_of(*value, found))
    }

    /// True when prices may start here: at a rate, or at what so many units cost at some rate.
    fn is_lower_end(&self, value: Decimal, found: &MoneyFound) -> bool {
        let units = match found.basis {
            Basis::For(count, _) => count,
            Basis::Open | Basis::Per(_) | Basis::Whole => Decimal::ONE,
        };
        self.facts.rates.iter().any(|rate| rate.amount.value().checked_mul(units) == Some(value))
            || matches!(found.role, Role::Deposit | Role::NearDeposit) && self.is_deposit(value)
    }

    fn fault_of(&self, value: Decimal, found: &MoneyFound) -> Option<ViolationCode> {
        if found.role == Role::Deposit && !matches!(found.basis, Basis::Per(_)) {
            return (!self.is_deposit(value)).then_some(ViolationCode::DepositMismatch);
        }
        let mismatch = || {
            let is_known = self.is_total(value) || self.is_deposit(value);
            Some(if is_known { ViolationCode::UnitMismatch } else { ViolationCode::AmountUnlicensed })
        };
        match found.basis {
            Basis::Open => self.fault_of_open(value, found.role),
            Basis::Per(unit) if self.is_rate_per(value, unit) => None,
            Basis::Per(_) => mismatch(),
            Basis::For(count, unit) => match self.for_units(value, count, unit) {
                Units::Priced => None,
                Units::TooFew => Some(ViolationCode::BelowMinimum),
                Units::Other => mismatch(),
                Units::Unknown if self.is_whole(value) => None,
                Units::Unknown => mismatch(),
            },
            Basis::Whole if self.is_whole(value) => None,
            Basis::Whole if self.is_allowed_deposit(value, found.role) => None,
            Basis::Whole => mismatch(),
        }
    }

    fn fault_of_open(&self, value: Decimal, role: Role) -> Option<ViolationCode> {
        if self.is_total(value) || self.is_allowed_deposit(value, role) {
            return None;
        }
        let is_balance = role == Role::Balance && self.is_balance(value);
        if is_balance {
            return None;
        }
        // The deposit named where nothing speaks of a deposit reads as a price.
        Some(if self.is_deposit(value) {
            ViolationCode::DepositMismatch
        } else {
            ViolationCode::AmountUnlicensed
        })
    }

    fn is_allowed_deposit(&self, value: Decimal, role: Role) -> bool {
        (role != Role::Plain || self.is_about_deposit) && self.is_deposit(value)
    }

    fn is_rate_per(&self, value: Decimal, unit: Unit) -> bool {
        self.facts.rates.iter().any(|rate| rate.per == unit && rate.amount.value() == value)
    }

    /// Whether an amount is the price of so many units.
    fn for_units(&self, value: Decimal, count: Decimal, unit: Unit) -> Units {
        let (count, unit) = self.in_units_of_facts(count, unit);
        let mut rates = self.facts.rates.iter().filter(|rate| rate.per == unit).peekable();
        if rates.peek().is_none() {
            let is_whole =
                matches!(unit, Unit::Session | Unit::Stay | Unit::Person | Unit::Group | Unit::Item);
            return if is_whole { Units::Unknown } else { Units::Other };
        }
        let priced: Vec<&Rate> =
            rates.filter(|rate| rate.amount.value().checked_mul(count) == Some(value)).collect();
        let is_enough = |rate: &&Rate| count >= Decimal::from(rate.min_units.unwrap_or(1));
        match (priced.is_empty(), priced.iter().any(is_enough)) {
            (true, _) => Units::Other,
            (false, true) => Units::Priced,
            (false, false) => Units::TooFew,
        }
    }

    /// A week is seven nights where nights are what is sold.
    fn in_units_of_facts(&self, count: Decimal, unit: Unit) -> (Decimal, Unit) {
        let sells = |unit: Unit| self.facts.rates.iter().any(|rate| rate.per == unit);
        match unit {
            Unit::Week if !sells(Unit::Week) => {
                let smaller = if sells(Unit::Night) { Unit::Night } else { Unit::Day };
                (count.checked_mul(Decimal::from(7)).unwrap_or(count), smaller)
            }
            Unit::Night if !sells(Unit::Night) && sells(Unit::Day) => (count, Unit::Day),
            _ => (count, unit),
        }
    }

    /// True when an amount is the price of one of some rates, for what it pays for.
    pub(super) fn is_of(&self, rates: &[usize], value: Decimal, found: &MoneyFound) -> bool {
        let is_deposit = found.role == Role::NearDeposit && self.is_deposit(value);
        is_deposit
            || rates.iter().map(|index| &self.facts.rates[*index]).any(|rate| match found.basis {
                Basis::Per(unit) if unit == rate.per => rate.amount.value() == value,
                _ => self.is_total_of(rate, value),
            })
    }

    /// A rate, as violations name it.
    pub(super) fn rate_fact(&self, index: usize) -> String {
        format!("rates[{index}]: {}", self.facts.rates[index].words(self.facts.currency))
    }

    /// True for what a whole booking may cost: as many units of a rate as are sold at once, or more.
    fn is_whole(&self, value: Decimal) -> bool {
        self.facts.rates.iter().any(|rate| {
            let least = rate.amount.value().checked_mul(rate.min_units.unwrap_or(1).into());
            self.is_total_of(rate, value) && least.is_some_and(|least| value >= least)
        })
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

    /// True for a total less the deposit.
    fn is_balance(&self, value: Decimal) -> bool {
        match self.facts.deposit {
            None => false,
            Some(Deposit::Amount(deposit)) => {
                value.checked_add(deposit.value()).is_some_and(|total| self.is_whole(total))
            }
            Some(Deposit::Percent(percent)) => {
                let share = Decimal::ONE_HUNDRED - percent.value();
                let total = value.checked_mul(Decimal::ONE_HUNDRED).and_then(|v| v.checked_div(share));
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

    /// The deposit, as violations name it.
    pub(super) fn deposit_fact(&self) -> Option<String> {
        self.facts.deposit.map(|deposit| format!("deposit: {}", deposit.words(self.facts.currency)))
    }

    /// The minimum of the rates for a unit that is lowest, as violations name it.
    pub(super) fn minimum_fact(&self, unit: Option<Unit>) -> Option<String> {
        let rates =
            self.facts.rates.iter().enumerate().filter(|(_, rate)| unit.is_none_or(|unit| unit == rate.per));
        let (index, rate, least) = rates
            .filter_map(|(index, rate)| Some((index, rate, rate.min_units?)))
            .min_by_key(|(_, _, least)| *least)?;
        Some(format!(
            "rates[{index}].min_units: {}, at least {least} per booking, charged per {}",
            rate.service, rate.per
        ))
    }

    /// The fact that contradicts an amount with a fault.
    pub(super) fn fact_against(&self, code: ViolationCode, found: &MoneyFound) -> Option<String> {
        match code {
            ViolationCode::CurrencyMismatch => Some(format!("currency: {}", self.facts.currency)),
            ViolationCode::DepositMismatch => self.deposit_fact(),
            ViolationCode::BelowMinimum => self.minimum_fact(found.unit()),
            _ => self.nearest_fact(found.values.first().copied(), found.unit()),
        }
    }
}

/// What so many units of the facts cost.
enum Units {
    /// The amount given.
    Priced,
    /// The amount given, but fewer are sold than the minimum.
    TooFew,
    /// Another amount.
    Other,
    /// Nobody knows: the facts count in other units, and this one names a booking as a whole.
    Unknown,
}

/// True when a message speaks of a deposit in one of the languages that replies may be written in.
fn asks_for_deposit(inbound: &str) -> bool {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let words = [
            "deposit",
            "retainer",
            "upfront",
            "in advance",
            "señal",
            "seÑal",
            "fianza",
            "anticipo",
            "sinal",
            "acompte",
            "arrhes",
            "caution",
            "anzahlung",
            "kaution",
            "acconto",
            "caparra",
            "aanbetaling",
        ];
        AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(true)
            .build(words)
            .expect("a few short words fit any automaton")
    });
    WORDS.is_match(inbound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    fn amount(value: &str, basis: Basis, role: Role) -> MoneyFound {
        MoneyFound {
            range: 0..0,
            values: vec![value.parse().unwrap()],
            other_reading: None,
            quantity: Quantity::Money(None),
            form: Form::Exact,
            basis,
            role,
            is_disguised: false,
        }
    }

    fn fault_under(facts: &Facts, value: &str, basis: Basis) -> Option<ViolationCode> {
        Licence::new(facts, &GateContext::default()).fault(&amount(value, basis, Role::Plain))
    }

    fn fault(value: &str, unit: Option<Unit>) -> Option<ViolationCode> {
        fault_under(&example::facts(), value, unit.map_or(Basis::Open, Basis::Per))
    }

    #[test]
    fn rates_totals_and_the_deposit_are_licensed() {
        for amount in ["65", "90", "127.5", "127.50", "130", "270", "382.5", "2015"] {
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
        let licence = Licence::new(&facts, &GateContext::default());
        let fault = |value: &str| licence.fault(&amount(value, Basis::Open, Role::Deposit));
        assert_eq!(fault("27"), None, "30% of 90");
        assert_eq!(fault("54"), None, "30% of 180");
        assert_eq!(fault("28"), Some(ViolationCode::DepositMismatch));
    }

    #[test]
    fn a_group_has_one_price_whatever_its_size() {
        let json = r#"{"currency": "EUR", "rates": [{"service": "tour", "amount": 80, "per": "group"}]}"#;
        let facts = Facts::parse_json(json).unwrap();
        assert_eq!(fault_under(&facts, "80", Basis::Open), None);
        assert!(fault_under(&facts, "160", Basis::Open).is_some());
    }

    #[test]
    fn the_nearest_fact_is_named() {
        let facts = example::facts();
        let licence = Licence::new(&facts, &GateContext::default());
        let nearest = |amount: &str, unit| licence.nearest_fact(Some(amount.parse().unwrap()), unit).unwrap();
        assert_eq!(nearest("85", None), "rates[1]: double room €90 per night");
        assert_eq!(nearest("52", None), "deposit: €50");
        assert_eq!(nearest("52", Some(Unit::Night)), "rates[0]: single room €65 per night");
        let none = Facts::parse_json(r#"{"currency": "EUR"}"#).unwrap();
        assert_eq!(Licence::new(&none, &GateContext::default()).nearest_fact(None, None), None);
    }

    #[test]
    fn an_amount_for_several_units_is_so_many_times_the_rate() {
        let facts = example::facts();
        let nights = |count: i64| Basis::For(count.into(), Unit::Night);
        assert_eq!(fault_under(&facts, "180", nights(2)), None);
        assert_eq!(fault_under(&facts, "90", nights(2)), Some(ViolationCode::UnitMismatch));
        assert_eq!(fault_under(&facts, "100", nights(2)), Some(ViolationCode::AmountUnlicensed));
        assert_eq!(fault_under(&facts, "90", nights(1)), Some(ViolationCode::BelowMinimum));
        assert_eq!(fault_under(&facts, "630", Basis::For(1.into(), Unit::Week)), None);
        assert_eq!(fault_under(&facts, "180", Basis::Whole), None);
        assert_eq!(fault_under(&facts, "90", Basis::Whole), Some(ViolationCode::UnitMismatch));
    }

    #[test]
    fn the_deposit_is_an_amount_of_its_own() {
        let facts = example::facts();
        let licence = Licence::new(&facts, &GateContext::default());
        let fault = |value: &str, role| licence.fault(&amount(value, Basis::Open, role));
        assert_eq!(fault("50", Role::Deposit), None);
        assert_eq!(fault("90", Role::Deposit), Some(ViolationCode::DepositMismatch));
        assert_eq!(fault("50", Role::Plain), Some(ViolationCode::DepositMismatch));
        assert_eq!(fault("50", Role::NearDeposit), None);
        assert_eq!(fault("130", Role::Balance), None, "two nights in the double less the deposit");
        let asked = GateContext { inbound: Some("How much is the deposit?"), ..GateContext::default() };
        assert_eq!(Licence::new(&facts, &asked).fault(&amount("50", Basis::Open, Role::Plain)), None);
    }
}
