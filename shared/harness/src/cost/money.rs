//! Money in millionths of a dollar, and how a provider counts time.

use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

const MS_PER_HOUR: i128 = 3_600_000;

/// Money in millionths of a US dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroUsd(pub i64);

impl MicroUsd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount in dollars, for people and for ratios; never to be added up.
    #[must_use]
    pub fn usd(self) -> f64 {
        self.0 as f64 / 1_000_000.0
    }
}

impl Add for MicroUsd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for MicroUsd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for MicroUsd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for MicroUsd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::iter::Sum for MicroUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Dollars with as many decimals as are needed, two at least: `$1.20`, `$0.000433`.
impl std::fmt::Display for MicroUsd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        let digits = format!("{fraction:06}");
        let kept = digits.trim_end_matches('0').len().max(2);
        write!(f, "{sign}${whole}.{}", &digits[..kept])
    }
}

/// How a provider turns time into money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billing {
    /// Price of one machine, in millionths of a dollar for an hour. Range: 0 and up; less counts as 0.
    pub price_microusd_per_hour: i64,
    /// Time is rounded up to a multiple of this, in milliseconds. Range: 1 and up; less counts as 1.
    pub granularity_ms: i64,
    /// Shortest time that is billed, in milliseconds. Range: 0 and up.
    pub minimum_ms: i64,
}

impl Billing {
    /// The time that is billed for a machine which existed this long: the longer of time and minimum, rounded up to the
    /// granularity. Not even a moment is free, so that 0 counts as begun; a negative time, from a clock that went back,
    /// counts as 0.
    ///
    /// By started minutes, at least one: 0 ms is 60 000, 60 000 is 60 000, 60 001 is 120 000.
    #[must_use]
    pub fn billed_ms(&self, existed_ms: i64) -> i64 {
        let granularity = self.granularity_ms.max(1);
        let least = existed_ms.max(self.minimum_ms).max(1);
        let units = least / granularity + i64::from(least % granularity != 0);
        units.saturating_mul(granularity)
    }

    /// What a machine costs that existed this long, a fraction of a millionth rounded up.
    ///
    /// At $3.39 an hour by the second, 270 s cost 254 250 µ$: 3 390 000 × 270 / 3 600.
    #[must_use]
    pub fn cost(&self, existed_ms: i64) -> MicroUsd {
        let price = i128::from(self.price_microusd_per_hour.max(0));
        let exact = price * i128::from(self.billed_ms(existed_ms));
        let rounded_up = exact / MS_PER_HOUR + i128::from(exact % MS_PER_HOUR != 0);
        MicroUsd(i64::try_from(rounded_up).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn billing(granularity_ms: i64, minimum_ms: i64) -> Billing {
        Billing { price_microusd_per_hour: 3_390_000, granularity_ms, minimum_ms }
    }

    #[test]
    fn time_is_rounded_up_to_the_granularity_and_never_below_the_minimum() {
        for (granularity_ms, minimum_ms, existed_ms, billed_ms) in [
            (1_000, 60_000, 0, 60_000),
            (1_000, 60_000, 61_001, 62_000),
            (60_000, 0, 60_000, 60_000),
            (60_000, 0, 60_001, 120_000),
            (3_600_000, 0, 1, 3_600_000),
            (3_600_000, 0, -5, 3_600_000),
            (60_000, 90_000, 1, 120_000),
        ] {
            assert_eq!(billing(granularity_ms, minimum_ms).billed_ms(existed_ms), billed_ms);
        }
    }

    #[test]
    fn a_boot_on_an_h100_costs_what_the_price_list_says() {
        assert_eq!(billing(1_000, 0).cost(270_000), MicroUsd(254_250));
        assert_eq!(billing(3_600_000, 0).cost(270_000), MicroUsd(3_390_000));
    }

    #[test]
    fn amounts_read_like_money() {
        for (amount, text) in [
            (0, "$0.00"),
            (1_200_000, "$1.20"),
            (433, "$0.000433"),
            (-254_250, "-$0.25425"),
            (3_390_000, "$3.39"),
        ] {
            assert_eq!(MicroUsd(amount).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn a_longer_life_never_costs_less(
            granularity_ms in 1_i64..4_000_000, minimum_ms in 0_i64..4_000_000, a in 0_i64..100_000_000, b in 0_i64..100_000_000,
        ) {
            let billing = billing(granularity_ms, minimum_ms);
            prop_assert!(billing.cost(a.min(b)) <= billing.cost(a.max(b)));
        }

        #[test]
        fn the_cost_is_the_exact_amount_rounded_up_by_less_than_a_millionth(
            price in 0_i64..100_000_000, granularity_ms in 1_i64..4_000_000, existed_ms in 0_i64..10_000_000_000,
        ) {
            let billing = Billing { price_microusd_per_hour: price, granularity_ms, minimum_ms: 0 };
            let exact = i128::from(price) * i128::from(billing.billed_ms(existed_ms));
            let cost = i128::from(billing.cost(existed_ms).0) * MS_PER_HOUR;
            prop_assert!(cost >= exact && cost - exact < MS_PER_HOUR);
        }
    }
}
