//! What may still be spent. Days and months are those of UTC.

use ai_harness::{
    cost::{Billing, MicroUsd},
    lifecycle::{Blocked, Limits, Machine, committed},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use prospector_domain::time::{HOUR_MS, UnixMs};
use prospector_runtime::config::EngineSettings;
use prospector_store::{Node, Store, StoreError};

const MICROUSD_PER_CENT: i64 = 10_000;

/// What limits orders at this moment. `machines` are all that live, whatever they serve and wherever they are from;
/// `others` is how many of them the policy is not asked about.
pub(crate) async fn limits(
    store: &Store,
    settings: &EngineSettings,
    machines: &[Machine],
    others: usize,
    blocked: Option<Blocked>,
    now: UnixMs,
) -> Result<Limits, StoreError> {
    let (day, month) = starts_of_day_and_month(now);
    // What live machines have cost so far is part of what they are committed to.
    let spent_today = store.spend_of_gone_nodes_since(day).await?;
    let spent_this_month = store.spend_of_gone_nodes_since(month).await?;
    let committed: i64 = machines.iter().map(|machine| committed(&settings.policy, machine, now.0).0).sum();
    let left = |budget_cents: i64, spent: i64| {
        MicroUsd(budget_cents.saturating_mul(MICROUSD_PER_CENT) - spent - committed)
    };
    let asked = store.provisions_since(now.plus_ms(-HOUR_MS)).await?;
    let per_hour = i64::from(settings.budget.provisions_per_hour);
    Ok(Limits {
        left_today: Some(left(settings.budget.daily_usd_cents, spent_today)),
        left_this_month: Some(left(settings.budget.monthly_usd_cents, spent_this_month)),
        provisions_left: Some(u32::try_from((per_hour - asked).max(0)).unwrap_or(u32::MAX)),
        blocked,
        max_machines: settings.policy.max_machines.saturating_sub(u32::try_from(others).unwrap_or(u32::MAX)),
    })
}

/// How a row's machine is billed.
pub(crate) const fn billing_of(node: &Node) -> Billing {
    Billing {
        price_microusd_per_hour: node.price_microusd_per_hour,
        granularity_ms: node.granularity_ms,
        minimum_ms: node.minimum_ms,
    }
}

/// Midnight UTC.
pub(crate) fn start_of_day(now: UnixMs) -> UnixMs {
    starts_of_day_and_month(now).0
}

fn starts_of_day_and_month(now: UnixMs) -> (UnixMs, UnixMs) {
    let Ok(moment) = Timestamp::from_millisecond(now.0) else { return (now, now) };
    let day = TimeZone::UTC.to_datetime(moment).date();
    let start = |date: Date| {
        let midnight = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
        midnight.map_or(now, |midnight| UnixMs(midnight.as_millisecond()))
    };
    (start(day), start(day.first_of_month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_begin_at_midnight_utc() {
        let at = |text| UnixMs::parse_rfc3339(text).unwrap();
        assert_eq!(
            starts_of_day_and_month(at("2026-03-17T15:04:05Z")),
            (at("2026-03-17T00:00:00Z"), at("2026-03-01T00:00:00Z"))
        );
    }
}
