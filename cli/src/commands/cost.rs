//! `prospector cost`: what machines cost, and what it was for.

use anyhow::Context as _;
use prospector_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, UnixMs};
use prospector_store::{EngineUsage, Spend};
use serde_json::json;

use crate::{
    args::{Common, CostArgs},
    house::House,
    output,
};

const MICROUSD_PER_DOLLAR: i64 = 1_000_000;

pub(crate) async fn run(common: &Common, args: &CostArgs) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let since = moment(&args.since, house.sources.clock.now())?;
    let bill = Bill {
        parts: house.store.spend_since(since).await?,
        usage: house.store.engine_usage_since(since).await?,
    };
    if args.json {
        return output::json(&json!({
            "since_ms": since,
            "total_microusd": bill.total_microusd(),
            "parts": bill.parts,
            "usage": bill.usage,
            "per_draft_microusd": bill.each_microusd(bill.usage.drafts),
            "per_sent_microusd": bill.each_microusd(bill.usage.sent),
        }));
    }
    output::line(&format!("since {since}"));
    let rows = bill.parts.iter().map(|part| {
        vec![
            part.provider.clone(),
            part.engine.to_string(),
            part.phase.to_string(),
            format!("{} s", part.duration_ms / SECOND_MS),
            dollars(part.cost_microusd),
        ]
    });
    output::table(&["provider", "engine", "spent on", "time", "cost"], rows.collect());
    output::line(&bill.summary());
    Ok(())
}

/// What was spent, and what came of it.
struct Bill {
    parts: Vec<Spend>,
    usage: EngineUsage,
}

impl Bill {
    fn total_microusd(&self) -> i64 {
        self.parts.iter().map(|part| part.cost_microusd).sum()
    }

    /// All that was spent, by so many things; none when there are none.
    fn each_microusd(&self, things: i64) -> Option<i64> {
        (things > 0).then(|| self.total_microusd() / things)
    }

    fn summary(&self) -> String {
        let each = |things| self.each_microusd(things).map_or_else(|| "-".to_owned(), dollars);
        let EngineUsage { calls, drafts, sent, .. } = self.usage;
        format!(
            "{} in all; {calls} calls of a model, {drafts} drafts ({} each), {sent} sent replies ({} each)",
            dollars(self.total_microusd()),
            each(drafts),
            each(sent),
        )
    }
}

/// An amount with as many places as tell small ones apart: `$0.001234`.
pub(crate) fn dollars(microusd: i64) -> String {
    let sign = if microusd < 0 { "-" } else { "" };
    let whole = microusd.unsigned_abs() / MICROUSD_PER_DOLLAR.unsigned_abs();
    let rest = microusd.unsigned_abs() % MICROUSD_PER_DOLLAR.unsigned_abs();
    format!("{sign}${whole}.{rest:06}")
}

/// Reads a moment: an age such as `24h`, a date, or a moment of RFC 3339.
fn moment(text: &str, now: UnixMs) -> anyhow::Result<UnixMs> {
    let units = [('s', SECOND_MS), ('m', MINUTE_MS), ('h', HOUR_MS), ('d', DAY_MS)];
    for (unit, unit_ms) in units {
        if let Some(count) = text.strip_suffix(unit).and_then(|count| count.parse::<u32>().ok()) {
            return Ok(now.plus_ms(-i64::from(count) * unit_ms));
        }
    }
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    UnixMs::parse_rfc3339(&whole).with_context(|| {
        format!("--since must be an age such as 24h or 7d, a date or a moment such as 2026-03-01T12:00:00Z, got {text:?}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_millionths() {
        assert_eq!(dollars(1_234), "$0.001234");
        assert_eq!(dollars(-3_390_000), "-$3.390000");
        assert_eq!(dollars(0), "$0.000000");
    }

    #[test]
    fn a_moment_is_an_age_a_date_or_a_moment() {
        let now = UnixMs(10 * DAY_MS);
        assert_eq!(moment("24h", now).unwrap(), UnixMs(9 * DAY_MS));
        assert_eq!(moment("7d", now).unwrap(), UnixMs(3 * DAY_MS));
        assert_eq!(moment("1970-01-03", now).unwrap(), UnixMs(2 * DAY_MS));
        assert_eq!(moment("1970-01-01T01:00:00Z", now).unwrap(), UnixMs(HOUR_MS));
        assert!(moment("yesterday", now).unwrap_err().to_string().contains("--since must be"));
    }
}
