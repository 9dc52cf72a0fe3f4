//! A text derived from the plain text, with the way back.

use std::ops::Range;

/// A derived text. Every byte of it knows the bytes of the plain text it came from.
#[derive(Debug, Clone)]
pub(crate) struct View {
    text: String,
    /// For every byte its source in the plain text; none when both have the same offsets.
    sources: Option<Vec<Range<u32>>>,
}

impl View {
    /// A view whose offsets are those of the plain text.
    pub(super) const fn aligned(text: String) -> Self {
        Self { text, sources: None }
    }

    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), sources: Some(Vec::with_capacity(bytes)) }
    }

    /// Adds a character that came from `source`. Only for views made by [`View::with_capacity`].
    pub(super) fn push(&mut self, character: char, source: &Range<usize>) {
        let narrow = |at: usize| u32::try_from(at).expect("texts are bounded far below four gigabytes");
        self.text.push(character);
        if let Some(sources) = &mut self.sources {
            sources.resize(self.text.len(), narrow(source.start)..narrow(source.end));
        }
    }

    /// Adds ASCII characters in lower case; they came one by one from the bytes that begin at `start`. Only for views made
    /// by [`View::with_capacity`].
    pub(super) fn push_ascii_lowercase(&mut self, text: &str, start: usize) {
        let narrow = |at: usize| u32::try_from(at).expect("texts are bounded far below four gigabytes");
        let before = self.text.len();
        self.text.push_str(text);
        self.text[before..].make_ascii_lowercase();
        if let Some(sources) = &mut self.sources {
            let (start, end) = (narrow(start), narrow(start + text.len()));
            sources.extend((start..end).map(|at| at..at + 1));
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a range of this text comes from in the plain text. The range must lie on character boundaries.
    pub(crate) fn plain_range(&self, range: Range<usize>) -> Range<usize> {
        let Some(sources) = &self.sources else { return range };
        if range.is_empty() {
            let at = sources.get(range.start).or(sources.last()).map_or(0, |source| source.start as usize);
            return at..at;
        }
        sources[range.start].start as usize..sources[range.end - 1].end as usize
    }

    /// The shortest range of this text that covers a range of the plain text.
    pub(crate) fn range_of(&self, plain: &Range<usize>) -> Range<usize> {
        let Some(sources) = &self.sources else { return plain.clone() };
        let start = sources.partition_point(|source| (source.end as usize) <= plain.start);
        let end = sources.partition_point(|source| (source.start as usize) < plain.end);
        start..end.max(start)
    }
}
