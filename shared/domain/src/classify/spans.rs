//! Stretches of a message that were already read as something, so that nothing is read twice.

use std::ops::Range;

/// A set of byte ranges of the plain text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans(Vec<Range<usize>>);

impl Spans {
    pub(crate) fn take(&mut self, range: Range<usize>) {
        self.0.push(range);
    }

    /// True when nothing in `range` was taken.
    pub(crate) fn is_free(&self, range: &Range<usize>) -> bool {
        self.0.iter().all(|taken| range.end <= taken.start || taken.end <= range.start)
    }

    /// The stretches in the order they were taken.
    pub(crate) fn ranges(&self) -> &[Range<usize>] {
        &self.0
    }
}
