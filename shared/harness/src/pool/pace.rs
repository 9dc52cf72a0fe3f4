//! Tells from the time to the first token whether requests wait inside a server. Pure.

/// Time to a first token that does not depend on the prompt's length, as so many tokens of prompt.
const FIXED_TOKENS: f64 = 64.0;
/// Weight of the newest answer in the average.
const NEWEST: f64 = 0.2;
/// Answers after which the older of two halves of the moving minimum is forgotten: several rounds of the greatest limit, or
/// a queue that lasts would pass for the least there is.
const HALF: u32 = 1_024;
/// So many times the least time seen means a queue. Prompts that are read side by side slow each other down, and that is
/// well below it.
const INFLATED: f64 = 3.0;

/// Times to the first token, relative to the least seen lately.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pace {
    ratio: f64,
    older_min: f64,
    newer_min: f64,
    newer_count: u32,
}

impl Pace {
    pub(super) const fn new() -> Self {
        Self { ratio: 1.0, older_min: f64::INFINITY, newer_min: f64::INFINITY, newer_count: 0 }
    }

    /// Adds an answer whose first token came after `time_to_first_token_ms`, to a prompt of which `input_tokens` had to be
    /// read.
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^52")]
    pub(super) fn add(&mut self, time_to_first_token_ms: u64, input_tokens: u64) {
        let per_token = (time_to_first_token_ms.max(1) as f64) / (FIXED_TOKENS + input_tokens as f64);
        if self.newer_count == HALF {
            (self.older_min, self.newer_min, self.newer_count) = (self.newer_min, f64::INFINITY, 0);
        }
        self.newer_count += 1;
        self.newer_min = self.newer_min.min(per_token);
        let least = self.newer_min.min(self.older_min);
        self.ratio += NEWEST * (per_token / least - self.ratio);
    }

    /// True when first tokens have lately come so late that requests must be waiting.
    pub(super) fn is_inflated(&self) -> bool {
        self.ratio > INFLATED
    }

    /// Begins the average anew, because what was measured led to a smaller limit.
    pub(super) const fn forgive(&mut self) {
        self.ratio = 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_prompts_are_no_queue_and_late_first_tokens_are() {
        let mut pace = Pace::new();
        for tokens in [100, 2_000, 400, 1_500, 50].repeat(20) {
            pace.add(20 + tokens / 5, tokens);
            assert!(!pace.is_inflated());
        }
        for _ in 0..3 {
            pace.add(2_000, 400);
        }
        assert!(pace.is_inflated());
        pace.forgive();
        assert!(!pace.is_inflated());
    }

    #[test]
    fn a_minimum_of_long_ago_is_forgotten() {
        let mut pace = Pace::new();
        pace.add(1, 100);
        for _ in 0..3 * HALF {
            pace.add(1_000, 100);
        }
        assert!(!pace.is_inflated(), "the server has become slower, and nothing waits");
    }
}
