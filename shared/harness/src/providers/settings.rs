//! Settings that more than one provider has.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{cost::Billing, providers::Offer, settings::Checks};

/// Something that may be rented, where the provider cannot be asked for its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
