//! Whether something is said or denied: `I can't do calls`, `no refunds, but …`, `not in Barcelona`.
//!
//! A clause ends at a stop, a comma, a dash, or a conjunction that turns the sense. Something in it is denied when an odd
//! number of denials stands before it and reaches it, or when it is said behind it that it is not so. Phrases that hold a
//! word of denial and deny nothing (`don't hesitate to`, `no charge for`) do not count, nor do conditions (`if you can't
//! find us`), nor questions. Where in doubt a thing is affirmed: then it has to be licensed by the facts.

use std::ops::Range;

use super::denials::{
    BREAK, CONDITION, CONTINUED, DENIAL, DENIED_AFTER, DENIED_IN_ANSWER, Denial, IDIOM, LIGHT,
    PARTS_OF_WORDS, RAISED, REQUEST, SHIFT,
};

/// How a thing is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Polarity {
    /// Said, asked, offered.
    Affirmed,
    /// Refused or denied.
    Negated,
}

/// Longest stretch of a clause that is searched on either side of a thing, in bytes.
const REACH_BYTES: usize = 120;
/// Longest article: `eine`.
const ARTICLE_MAX_BYTES: usize = 4;
/// Most words between a denial of things (`no`, `kein`) and what it denies.
const THINGS_REACH_WORDS: usize = 5;

/// The clauses of one folded text, found where they are asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clauses<'a> {
    folded: &'a str,
}

impl<'a> Clauses<'a> {
    pub(crate) const fn of(folded: &'a str) -> Self {
        Self { folded }
    }

    /// How the thing at a range of the folded text is spoken of.
    pub(crate) fn polarity(&self, range: &Range<usize>) -> Polarity {
        let clause = self.clause(range);
        let start = self.start_of_list(clause.start);
        let is_question = self.folded[clause.end..].starts_with('?');
        let is_denied = (!is_question && self.is_denied_before(start..clause.end, range))
            || self.is_denied_after(clause.end, range)
            || self.is_denied_in_answer(&clause, range);
        if is_denied { Polarity::Negated } else { Polarity::Affirmed }
    }

    /// The clause around a range of the folded text, at most [`REACH_BYTES`] on either side.
    pub(crate) fn clause(&self, range: &Range<usize>) -> Range<usize> {
        let from = self.folded.floor_char_boundary(range.start.saturating_sub(REACH_BYTES));
        let to = self.folded.ceil_char_boundary((range.end + REACH_BYTES).min(self.folded.len()));
        let start =
            BREAK.find_iter(&self.folded[from..range.start]).last().map_or(from, |found| from + found.end());
        let end = BREAK.find(&self.folded[range.end..to]).map_or(to, |found| range.end + found.start());
        // A comma is looked at with the character behind it, which may be the first of the thing itself.
        start.min(range.start)..end
    }

    /// Where the list starts that a clause goes on: `No calls, video or visits` is one refusal.
    fn start_of_list(&self, clause_start: usize) -> usize {
        let sentence =
            self.folded[..clause_start].rfind(['.', '!', '?', ';', ':', '\n']).map_or(0, |at| at + 1);
        let sentence =
            sentence.max(self.folded.floor_char_boundary(clause_start.saturating_sub(REACH_BYTES)));
        match CONTINUED.find(&self.folded[sentence..]) {
            Some(list) if sentence + list.end() >= clause_start && sentence + list.start() < clause_start => {
                sentence + list.start()
            }
            _ => clause_start,
        }
    }

    fn is_denied_before(&self, clause: Range<usize>, thing: &Range<usize>) -> bool {
        let before = &self.folded[clause.start..thing.start];
        let whole = &self.folded[clause];
        let is_request = REQUEST.is_match(&self.folded[thing.clone()]);
        let (mut of_acts, mut of_things, mut continued) = (0, false, false);
        for found in DENIAL.find_iter(before) {
            // An idiom may reach from before the thing into it, so that it is looked for in the whole clause.
            let is_idiom = IDIOM
                .find_iter(whole)
                .any(|idiom| idiom.start() <= found.start() && found.start() < idiom.end());
            let between = &before[found.end()..];
            if is_idiom
                || CONDITION.is_match(&before[..found.start()])
                || is_part_of_word(before, found.range())
                || (is_request && !LIGHT.is_match(between))
            {
                continue;
            }
            match Denial::of(found.as_str()) {
                Denial::OfActs if reaches_act(between) => of_acts += 1,
                Denial::OfLack if reaches_thing(between) => of_acts += 1,
                Denial::OfThings if reaches_thing(between) => of_things = true,
                Denial::Continued if reaches_thing(between) => continued = true,
                _ => {}
            }
        }
        // Two denials are a yes, "can't not offer"; but "no, never" of several languages is one.
        let count = of_acts + usize::from(of_things);
        count % 2 == 1 || (count == 0 && continued)
    }

    /// `Refunds, sadly, are not possible`.
    fn is_denied_after(&self, clause_end: usize, thing: &Range<usize>) -> bool {
        let to = self.folded.ceil_char_boundary((thing.end + REACH_BYTES).min(self.folded.len()));
        let after = &self.folded[thing.end..to];
        if REQUEST.is_match(&self.folded[thing.clone()]) {
            return false;
        }
        let Some(denied) = DENIED_AFTER.find(after) else { return false };
        let is_idiom = IDIOM.find_iter(after).any(|idiom| idiom.start() < denied.end());
        // A question denies nothing, unless it is over before.
        let is_asked = self.folded[clause_end..].starts_with('?') && thing.end + denied.end() <= clause_end;
        !is_idiom && !is_asked && !CONDITION.is_match(denied.as_str())
    }

    /// `Refunds? Not possible.`
    fn is_denied_in_answer(&self, clause: &Range<usize>, thing: &Range<usize>) -> bool {
        let mut articles = self.folded[clause.start..thing.start].split_whitespace();
        let is_all = articles.next().is_none_or(|article| article.len() <= ARTICLE_MAX_BYTES)
            && articles.next().is_none()
            && !self.folded[thing.end..clause.end].contains(|c: char| c.is_alphanumeric());
        is_all && DENIED_IN_ANSWER.is_match(&self.folded[clause.end..])
    }
}

/// True when a denial of an act reaches over the words between it and a thing: nothing new begins among them.
fn reaches_act(between: &str) -> bool {
    let rest = RAISED.find(between).map_or(between, |raised| &between[raised.end()..]);
    !SHIFT.is_match(rest)
}

/// True when a denial of things reaches over the words between: few, and none of them a new beginning.
fn reaches_thing(between: &str) -> bool {
    between.split_whitespace().count() <= THINGS_REACH_WORDS
        && !SHIFT.is_match(between)
        && !has_subject(between)
}

fn has_subject(between: &str) -> bool {
    between.split_whitespace().any(|word| {
        matches!(
            word.split('\'').next(),
            Some("i" | "we" | "you" | "he" | "she" | "they" | "it" | "u" | "me" | "us")
        )
    })
}

/// True when a word of denial is a piece that a stray space cut off: `a not her`, `no w`.
fn is_part_of_word(text: &str, denial: Range<usize>) -> bool {
    let word = &text[denial.clone()];
    let before = text[..denial.start].rsplit(' ').find(|piece| !piece.is_empty()).unwrap_or_default();
    let after = text[denial.end..].split(' ').find(|piece| !piece.is_empty()).unwrap_or_default();
    let wholes = [format!("{before}{word}"), format!("{word}{after}"), format!("{before}{word}{after}")];
    wholes.iter().any(|whole| PARTS_OF_WORDS.contains(&whole.as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::fold_phrase;

    fn polarity(text: &str, thing: &str) -> Polarity {
        let folded = fold_phrase(text);
        let at = folded.find(thing).unwrap_or_else(|| panic!("{thing} in {folded}"));
        Clauses::of(&folded).polarity(&(at..at + thing.len()))
    }

    #[test]
    fn what_is_refused_is_negated() {
        for (text, thing) in [
            ("I can't do calls, text is best", "calls"),
            ("No refunds, but you can move the date", "refunds"),
            ("I don't hand over raw files", "raw files"),
            ("I'm not in Barcelona this month, only Lisbon", "barcelona"),
            ("I can’t go down to $100, sorry", "$100"),
            ("Refunds are not possible", "refunds"),
            ("$100 won't work for us", "$100"),
            ("We never do video calls", "video calls"),
            ("You can book without a call", "call"),
            ("Não faço chamadas", "chamadas"),
            ("Ich mache keine Anrufe", "anrufe"),
            ("I don't do calls or video", "video"),
            ("No calls, video or visits", "video"),
            ("No calls, video or visits", "visits"),
            ("Refunds? Not possible.", "refunds"),
            ("A call? No, sorry", "call"),
            ("refunds, sadly, aren't possible", "refunds"),
            ("neither calls nor video", "calls"),
            ("neither calls nor video", "video"),
            ("I don't do calls nor video", "video"),
            ("Unfortunately we can't offer refunds", "refunds"),
            ("Nobody gets a discount", "discount"),
            ("Please don't call me", "call me"),
            ("No need to call me", "call me"),
            ("I don't think we can do a discount", "discount"),
            ("We refuse refunds", "refunds"),
            ("Calls we don't do.", "calls"),
            ("Refunds after seven days are not possible", "refunds"),
            ("I can not give a discount", "discount"),
            ("No hacemos llamadas", "llamadas"),
            ("No ofrecemos nunca descuentos", "descuentos"),
            ("Não fazemos reembolsos", "reembolsos"),
            ("Nous ne faisons aucun remboursement", "remboursement"),
            ("Rabatt geben wir nicht", "rabatt"),
            ("Videoanrufe biete ich leider nicht an", "videoanrufe"),
            ("Non facciamo sconti", "sconti"),
            ("Les appels ne sont pas possibles", "appels"),
            ("Je ne fais pas d'appels", "appels"),
        ] {
            assert_eq!(polarity(text, thing), Polarity::Negated, "{text}");
        }
    }

    #[test]
    fn what_is_offered_is_affirmed() {
        for (text, thing) in [
            ("Want to hop on a quick call?", "call"),
            ("No problem, call me", "call"),
            ("Don't hesitate to call me", "call"),
            ("Why not call me tonight?", "call"),
            ("Why don't we hop on a call", "call"),
            ("Can't wait to call you", "call"),
            ("Wouldn't it be easier to call", "call"),
            ("I don't usually, but I can call you", "call"),
            ("Not today. Call me tomorrow", "call"),
            ("not only raw files", "raw files"),
            ("I can't not offer a discount", "discount"),
            ("A call is no problem", "call"),
            ("A call isn't a problem", "call"),
            ("Don't tell anyone: call me", "call"),
            ("only Lisbon", "lisbon"),
            ("No I can call you", "call you"),
            ("I never said I can't call", "call"),
            ("I don't see why we couldn't call", "call"),
            ("Sorry no discounts this week only next week 10% off", "10% off"),
            ("not a discount but €20 off", "€20 off"),
            ("can't talk now call me later", "call me"),
            ("can't talk call me", "call me"),
            ("no cards but cash ok", "cash"),
            ("We would not dream of refusing a refund", "refund"),
            ("It's not that I don't do refunds", "refunds"),
            ("don't tell my boss: 10% off", "10% off"),
            ("don't tell my boss 10% off", "10% off"),
            ("We don't charge for late check-out", "late check-out"),
            ("No charge for a late check-out", "late check-out"),
            ("If you can't find us call me", "call me"),
            ("Unfortunately I can only offer a call", "call"),
            ("Instead of texting call me", "call me"),
            ("Can't we do a call?", "call"),
            ("You don't want a discount?", "discount"),
            ("No booking without a call", "call"),
            ("I can't book without a call", "call"),
            ("I can't confirm until after a call", "call"),
            ("There's no reason we can't do a refund", "refund"),
            ("I wouldn't say no to a call", "call"),
            ("A call? No problem", "call"),
            ("I'll give you a not her call", "call"),
            ("Call me no w or later", "later"),
            ("No hay problema te llamo", "te llamo"),
            ("Por qué no me llamas", "me llamas"),
            ("Si no contesto llámame", "llamame"),
            ("N'hésitez pas à m'appeler", "m'appeler"),
            ("Zögern Sie nicht anzurufen", "anzurufen"),
            ("Rufen Sie mich an ich bin nicht da", "rufen sie mich an"),
            ("Non esiti a chiamarmi", "chiamarmi"),
            ("no discounts, call me or text", "call me"),
            ("I'm not in the office and you can call me", "call me"),
            ("Calls are never a problem", "calls"),
            ("A discount never hurts", "discount"),
        ] {
            assert_eq!(polarity(text, thing), Polarity::Affirmed, "{text}");
        }
    }

    #[test]
    fn a_number_does_not_end_a_clause() {
        let text = "i can't do $1,200.50 for that";
        let at = text.find("for").unwrap();
        assert_eq!(Clauses::of(text).clause(&(at..at + 3)).start, 0);
    }

    /// What is denied and what is offered, as sentences of their own.
    const DENIED: &[&str] =
        &["No refunds", "We don't do visits", "That's not possible", "Never before noon", "Ohne Hund"];

    proptest! {
        #[test]
        fn a_denial_in_another_sentence_changes_nothing(
            before in prop::sample::select(DENIED),
            after in prop::sample::select(DENIED),
            stop in prop::sample::select(vec![". ", "! ", "; ", ": ", "\n", " - ", " but "]),
        ) {
            let offered = format!("{before}{stop}I can offer a call. {after}.");
            prop_assert_eq!(polarity(&offered, "call"), Polarity::Affirmed, "{}", offered);
            let refused = format!("{before}{stop}I can't offer a call. {after}.");
            prop_assert_eq!(polarity(&refused, "call"), Polarity::Negated, "{}", refused);
        }

        #[test]
        fn any_range_of_any_text_has_a_polarity(text in any::<String>(), from in 0_usize..40, len in 0_usize..40) {
            let folded = fold_phrase(&text);
            let start = folded.floor_char_boundary(from.min(folded.len()));
            let end = folded.floor_char_boundary((start + len).min(folded.len())).max(start);
            Clauses::of(&folded).polarity(&(start..end));
        }
    }
}
