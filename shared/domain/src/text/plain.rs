//! The text that checks look at: the draft with its disguises taken off, and the way back to the original.
//!
//! In this order: characters nobody sees are dropped, compatibility forms are replaced (NFKC), digits of any script
//! become ASCII digits, and the many dashes, apostrophes and spaces become one of each. Case stays. Every byte of the
//! plain text knows which characters of the original it came from, so that a find can be shown where it was written.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::{characters, span::Span};

/// A text made plain, with the offsets of its original.
#[derive(Debug, Clone)]
pub(crate) struct PlainText<'a> {
    original: &'a str,
    plain: Cow<'a, str>,
    /// For every byte of the plain text its source in the original; none when both are the same text.
    sources: Option<Vec<Source>>,
}

/// The characters of the original that one byte of the plain text came from.
#[derive(Debug, Clone, Copy)]
struct Source {
    start: u32,
    end: u32,
}

impl Source {
    fn of(original: Range<usize>) -> Self {
        let narrow = |at: usize| u32::try_from(at).expect("texts are bounded far below four gigabytes");
        Self { start: narrow(original.start), end: narrow(original.end) }
    }
}

impl<'a> PlainText<'a> {
    /// Makes a text plain.
    pub(crate) fn of(original: &'a str) -> Self {
        if original.is_ascii() {
            return Self { original, plain: Cow::Borrowed(original), sources: None };
        }
        let mut builder = Builder::new(original);
        let bytes = original.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run_start = start_of_run(bytes, at);
            builder.push_ascii(at..run_start);
            let run_end = end_of_run(bytes, run_start);
            builder.push_run(run_start..run_end);
            at = run_end;
        }
        Self { original, plain: Cow::Owned(builder.plain), sources: Some(builder.sources) }
    }

    /// The same text without the given ranges of its plain form, which may overlap and come in any order.
    pub(crate) fn without(&self, mut gaps: Vec<Range<usize>>) -> Self {
        gaps.sort_by_key(|gap| gap.start);
        let mut plain = String::with_capacity(self.plain.len());
        let mut sources = Vec::with_capacity(self.plain.len());
        let mut at = 0;
        for gap in gaps.into_iter().chain(std::iter::once(self.plain.len()..self.plain.len())) {
            let kept = at..gap.start.max(at);
            plain.push_str(&self.plain[kept.clone()]);
            match &self.sources {
                Some(own) => sources.extend_from_slice(&own[kept]),
                None => sources.extend(kept.map(|byte| Source::of(byte..byte + 1))),
            }
            at = at.max(gap.end);
        }
        Self { original: self.original, plain: Cow::Owned(plain), sources: Some(sources) }
    }

    /// The plain text.
    pub(crate) fn as_str(&self) -> &str {
        &self.plain
    }

    /// The text it was made from.
    pub(crate) const fn original(&self) -> &'a str {
        self.original
    }

    /// Where a range of the plain text comes from. The range must lie on character boundaries of the plain text.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let Some(sources) = &self.sources else { return Span { start: range.start, end: range.end } };
        if range.is_empty() {
            let at = sources.get(range.start).map_or(self.original.len(), |source| source.start as usize);
            return Span { start: at, end: at };
        }
        Span { start: sources[range.start].start as usize, end: sources[range.end - 1].end as usize }
    }
}

/// Where the next run starts that needs a closer look: one character before the first that is not ASCII, because that
/// may be a mark which combines with it.
fn start_of_run(bytes: &[u8], at: usize) -> usize {
    match bytes[at..].iter().position(|byte| !byte.is_ascii()) {
        None => bytes.len(),
        Some(ascii) => at + ascii.saturating_sub(1),
    }
}

/// Where the run ends that starts at `at`: after its one ASCII character and all that is not ASCII behind it.
fn end_of_run(bytes: &[u8], at: usize) -> usize {
    let Some(after) = bytes.get(at + 1..) else { return at };
    at + 1 + after.iter().take_while(|byte| !byte.is_ascii()).count()
}

struct Builder<'a> {
    original: &'a str,
    plain: String,
    sources: Vec<Source>,
}

impl<'a> Builder<'a> {
    fn new(original: &'a str) -> Self {
        Self {
            original,
            plain: String::with_capacity(original.len()),
            sources: Vec::with_capacity(original.len()),
        }
    }

    fn push_ascii(&mut self, stretch: Range<usize>) {
        self.plain.push_str(&self.original[stretch.clone()]);
        let whole = Source::of(stretch);
        self.sources.extend((whole.start..whole.end).map(|at| Source { start: at, end: at + 1 }));
    }

    fn push(&mut self, character: char, source: Source) {
        self.plain.push(character);
        self.sources.resize(self.plain.len(), source);
    }

    /// Normalises one run. What is dropped is dropped first, so that it cannot keep apart what belongs together.
    fn push_run(&mut self, run: Range<usize>) {
        if self.original[run.clone()].chars().all(characters::stands_for_itself) {
            for (offset, character) in self.original[run.clone()].char_indices() {
                let start = run.start + offset;
                let source = Source::of(start..start + character.len_utf8());
                self.push(characters::plain_form(character), source);
            }
            return;
        }
        let mut seen = String::with_capacity(run.len());
        let mut starts = Vec::with_capacity(run.len());
        for (offset, character) in self.original[run.clone()].char_indices() {
            if !characters::is_invisible(character) {
                seen.push(character);
                starts.resize(seen.len(), run.start + offset);
            }
        }
        let mut cluster_start = 0;
        for cluster in seen.graphemes(true) {
            let cluster_end = cluster_start + cluster.len();
            let last = starts[cluster_end - 1];
            let last_len = self.original[last..].chars().next().map_or(0, char::len_utf8);
            let source = Source::of(starts[cluster_start]..last + last_len);
            // NFKC of one cluster at a time keeps the source narrow; clusters do not compose with each other.
            for character in cluster.nfkc() {
                self.push(characters::plain_form(character), source);
            }
            cluster_start = cluster_end;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn disguises_come_off() {
        for (written, plain) in [
            ("＄１２０", "$120"),
            ("𝟏𝟐𝟎", "120"),
            ("①②⓪", "120"),
            ("1️⃣2️⃣0️⃣", "120"),
            ("١٢٠", "120"),
            ("1\u{200b}20", "120"),
            ("€\u{a0}80", "€ 80"),
            ("80–95", "80-95"),
            ("it’s", "it's"),
            ("ﬁne", "fine"),
            ("cafe\u{301}", "café"),
            ("cafe\u{200b}\u{301}", "café"),
        ] {
            assert_eq!(PlainText::of(written).as_str(), plain, "{written}");
        }
    }

    #[test]
    fn a_find_is_shown_where_it_was_written() {
        let text = "só 1\u{200b}2０ €!";
        let plain = PlainText::of(text);
        let at = plain.as_str().find("120").unwrap();
        let span = plain.span(at..at + 3);
        assert_eq!(&text[span.range()], "1\u{200b}2０");
        let end = plain.as_str().len();
        assert_eq!(plain.span(end..end), Span { start: text.len(), end: text.len() });
    }

    #[test]
    fn what_stands_for_itself_is_what_normalising_leaves_alone() {
        let simple = || {
            (0..=char::MAX as u32).filter_map(char::from_u32).filter(|c| characters::stands_for_itself(*c))
        };
        assert!(simple().count() > 200);
        for character in simple() {
            // Behind a letter, before one, and beside another of its kind.
            for text in
                [format!("a{character}"), format!("{character}e"), format!("e{character}é{character}’")]
            {
                assert!(text.nfkc().eq(text.chars()), "{character:?}");
                // A carriage return and a line feed are one grapheme, and both are ASCII.
                assert_eq!(text.graphemes(true).count(), text.chars().count(), "{character:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn spans_lie_on_character_boundaries(text in any::<String>(), from in 0.0..1.0_f64, to in 0.0..1.0_f64) {
            let plain = PlainText::of(&text);
            let boundaries: Vec<usize> =
                plain.as_str().char_indices().map(|(at, _)| at).chain([plain.as_str().len()]).collect();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
                     reason = "picks an index")]
            let pick = |share: f64| boundaries[(share * (boundaries.len() - 1) as f64) as usize];
            let (a, b) = (pick(from), pick(to));
            let span = plain.span(a.min(b)..a.max(b));
            prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        }

        #[test]
        fn the_unicode_form_of_the_input_does_not_matter(text in "[a-zà-üÀ-Ü0-9€ \u{300}-\u{304}\u{1100}-\u{1175}가-각ﬁ①]{0,20}") {
            let forms: [String; 4] =
                [text.nfc().collect(), text.nfd().collect(), text.nfkc().collect(), text.nfkd().collect()];
            let plains: Vec<PlainText<'_>> = forms.iter().map(|form| PlainText::of(form)).collect();
            for plain in &plains {
                prop_assert_eq!(plain.as_str(), plains[0].as_str());
            }
        }
    }
}
