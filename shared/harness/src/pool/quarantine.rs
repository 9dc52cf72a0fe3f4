//! When to look again at an endpoint that did not answer. Pure.

/// How long an endpoint is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantineOptions {
    /// Until the first probe, in milliseconds; doubled after each probe that fails. Default 500.
    pub first_ms: u64,
    /// Longest, in milliseconds. Default 30,000.
    pub longest_ms: u64,
}

impl Default for QuarantineOptions {
    fn default() -> Self {
        Self { first_ms: 500, longest_ms: 30_000 }
    }
}

/// An endpoint left alone until a probe succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quarantine {
    until_ms: u64,
    failed_probes: u32,
    is_probed: bool,
}

impl Quarantine {
    /// Begins at `now_ms`.
    pub(super) const fn begin(now_ms: u64, options: &QuarantineOptions) -> Self {
        Self { until_ms: now_ms.saturating_add(options.first_ms), failed_probes: 0, is_probed: false }
    }

    /// True when a probe should be made now; it is made by whoever asked.
    pub(super) const fn take_turn(&mut self, now_ms: u64) -> bool {
        let is_due = !self.is_probed && now_ms >= self.until_ms;
        if is_due {
            self.is_probed = true;
        }
        is_due
    }

    /// Goes on, because the probe has failed.
    ///
    /// With 500 ms at first and 30 s at most, the pauses are 0.5, 1, 2, 4, 8, 16, 30, 30, … s.
    pub(super) fn prolong(&mut self, now_ms: u64, options: &QuarantineOptions) {
        self.failed_probes = self.failed_probes.saturating_add(1);
        let doubled = 1_u64.checked_shl(self.failed_probes).unwrap_or(u64::MAX);
        let pause_ms = options.first_ms.max(1).saturating_mul(doubled).min(options.longest_ms);
        self.until_ms = now_ms.saturating_add(pause_ms);
        self.is_probed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_bound() {
        let options = QuarantineOptions::default();
        let mut quarantine = Quarantine::begin(0, &options);
        let mut now_ms = 0;
        for pause_ms in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            assert!(!quarantine.take_turn(now_ms + pause_ms - 1));
            now_ms += pause_ms;
            assert!(quarantine.take_turn(now_ms));
            assert!(!quarantine.take_turn(now_ms), "somebody probes already");
            quarantine.prolong(now_ms, &options);
        }
        for _ in 0..200 {
            quarantine.prolong(now_ms, &options);
        }
        assert!(quarantine.take_turn(now_ms + 30_000));
    }
}
