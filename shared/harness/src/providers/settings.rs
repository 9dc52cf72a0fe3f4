//! Settings that more than one provider has, and how a wrong one is reported.

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use crate::{cost::Billing, providers::Offer};

/// What is wrong with one setting, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingProblem {
    /// The setting's name within its section, such as `regions`.
    pub field: &'static str,
    /// What is wrong, readable after the setting's name.
    pub reason: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; {}", self.field, self.reason, self.remedy)
    }
}

/// Everything that is wrong with a provider's settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings are invalid: {}", list(.0))]
pub struct InvalidSettings(pub Vec<SettingProblem>);

fn list(problems: &[SettingProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<SettingProblem>);

impl Checks {
    pub(super) fn range<T: PartialOrd + fmt::Display>(
        &mut self,
        field: &'static str,
        value: &T,
        range: &RangeInclusive<T>,
    ) {
        if !range.contains(value) {
            let reason = format!("is {value}, outside {} to {}", range.start(), range.end());
            self.add(field, reason, "choose a value in the range");
        }
    }

    pub(super) fn unless(&mut self, holds: bool, field: &'static str, reason: &str, remedy: &'static str) {
        if !holds {
            self.add(field, reason.to_owned(), remedy);
        }
    }

    pub(super) fn add(&mut self, field: &'static str, reason: String, remedy: &'static str) {
        self.0.push(SettingProblem { field, reason, remedy });
    }

    pub(super) fn problems(self) -> Vec<SettingProblem> {
        self.0
    }
}

/// Refuses settings with problems.
pub(super) fn accept(problems: Vec<SettingProblem>) -> Result<(), InvalidSettings> {
    if problems.is_empty() { Ok(()) } else { Err(InvalidSettings(problems)) }
}

/// Something that may be rented, where the provider cannot be asked for its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OfferSettings {
    /// Where, in the provider's words. Default `local`.
    pub region: String,
    /// What, in the provider's words. Default `default`.
    pub size: String,
    /// Price of an hour, in millionths of a dollar. Range 0 to 1,000,000,000 (1,000 $), default 0.
    pub price_microusd_per_hour: i64,
    /// Time is billed in multiples of this, in seconds. Range 1 to 86,400, default 1.
    pub billing_granularity_s: u32,
    /// Shortest time that is billed, in seconds. Range 0 to 86,400, default 0.
    pub billing_minimum_s: u32,
}

impl Default for OfferSettings {
    fn default() -> Self {
        Self {
            region: "local".to_owned(),
            size: "default".to_owned(),
            price_microusd_per_hour: 0,
            billing_granularity_s: 1,
            billing_minimum_s: 0,
        }
    }
}

impl OfferSettings {
    /// The offer.
    #[must_use]
    pub fn offer(&self) -> Offer {
        let billing =
            billing(self.price_microusd_per_hour, self.billing_granularity_s, self.billing_minimum_s);
        Offer { region: self.region.clone(), size: self.size.clone(), billing }
    }

    pub(super) fn check(&self, checks: &mut Checks) {
        checks.range("price_microusd_per_hour", &self.price_microusd_per_hour, &(0..=1_000_000_000));
        check_billing(checks, self.billing_granularity_s, self.billing_minimum_s);
        let named = !self.region.trim().is_empty() && !self.size.trim().is_empty();
        checks.unless(named, "region", "or size is empty", "give both a name");
    }
}

pub(super) fn billing(price_microusd_per_hour: i64, granularity_s: u32, minimum_s: u32) -> Billing {
    Billing {
        price_microusd_per_hour,
        granularity_ms: i64::from(granularity_s) * 1_000,
        minimum_ms: i64::from(minimum_s) * 1_000,
    }
}

pub(super) fn check_billing(checks: &mut Checks, granularity_s: u32, minimum_s: u32) {
    checks.range("billing_granularity_s", &granularity_s, &(1..=86_400));
    checks.range("billing_minimum_s", &minimum_s, &(0..=86_400));
}
