//! Numbers in few characters.

use prospector_domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, UnixMs};
use serde_json::Value;

/// A length of time: `7s`, `3m05`, `2h10`, `4d`. One that is not over is `-`.
pub(crate) fn age(duration_ms: i64) -> String {
    match duration_ms {
        ..0 => "-".to_owned(),
        0..MINUTE_MS => format!("{}s", duration_ms / SECOND_MS),
        MINUTE_MS..HOUR_MS => {
            format!("{}m{:02}", duration_ms / MINUTE_MS, duration_ms % MINUTE_MS / SECOND_MS)
        }
        HOUR_MS..DAY_MS => format!("{}h{:02}", duration_ms / HOUR_MS, duration_ms % HOUR_MS / MINUTE_MS),
        _ => format!("{}d", duration_ms / DAY_MS),
    }
}

/// A count that stopped at `max`.
pub(crate) fn count(number: i64, max: i64) -> String {
    if number >= max { format!("{max}+") } else { number.to_string() }
}

/// An amount of money to a tenth of a cent.
pub(crate) fn dollars(microusd: i64) -> String {
    let mills = (microusd + 500) / 1_000;
    format!("${}.{:03}", mills / 1_000, mills % 1_000)
}

/// The time of day, UTC.
pub(crate) fn time_of_day(at: UnixMs) -> String {
    let text = at.to_rfc3339();
    // A moment that no calendar holds prints as its number.
    text.split_once('T').and_then(|(_, time)| time.get(..8)).unwrap_or("--:--:--").to_owned()
}

/// The end of an id, which tells it from its neighbours: the beginning is its time.
pub(crate) fn tail(id: &str) -> &str {
    const SHOWN: usize = 6;
    let from = id.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
    &id[from..]
}

/// The details of an event: `state=held reason=paused`.
pub(crate) fn details(data: &Value) -> String {
    let Some(table) = data.as_object() else { return String::new() };
    let word = |value: &Value| match value {
        Value::String(text) if text.len() == 36 => tail(text).to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let words = table.iter().filter(|(_, value)| !value.is_null());
    words.map(|(name, value)| format!("{name}={}", word(value))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!(
            [-1, 0, 59_999, 185_000, 7_800_000, 4 * DAY_MS].map(age),
            ["-", "0s", "59s", "3m05", "2h10", "4d"]
        );
        assert_eq!((count(7, 100), count(100, 100)), ("7".to_owned(), "100+".to_owned()));
        assert_eq!([0, 1_234_567, 499].map(dollars), ["$0.000", "$1.235", "$0.000"]);
        assert_eq!(time_of_day(UnixMs(1_772_366_405_000)), "12:00:05");
        assert_eq!(time_of_day(UnixMs(i64::MAX)), "--:--:--");
        assert_eq!((tail("worker-0192ab"), tail("ab"), tail("größer")), ("0192ab", "ab", "größer"));
        let data = json!({"state": "held", "tries": 2, "none": null});
        assert_eq!(details(&data), "state=held tries=2");
        assert_eq!(details(&json!("text")), "");
    }
}
