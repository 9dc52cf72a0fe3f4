//! Whether something is said or denied: `I can't do calls`, `no refunds, but …`, `not in Barcelona`.
//!
//! A clause ends at a stop, a comma, a dash, or a conjunction that turns the sense. Something in it is denied when a word
//! of denial stands before it, or says after it that it is not so. Phrases that hold such a word and deny nothing
//! (`don't hesitate to`, `why not`, `no problem`) do not count. Where in doubt a thing is affirmed: then it has to be
//! licensed by the facts.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

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

/// Words that deny what follows them in their clause. Lower case, as the folded text is.
static DENIAL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?-u:\b)(?:
            not | never | no | nor | neither | none | without | cannot | cant | dont | wont | isnt | arent | unable
            | [a-z]+n't | (?:instead|rather\ than)(?:\ of)? | no\ longer | stopped | refuse | avoid | unfortunately
            # Spanish, Portuguese, French, German, Italian
            | nunca | jamas | sin | ni | nao | nem | sem | pas | jamais | sans | aucune?
            | nicht | kein(?:e[nmrs]?)? | nie | ohne | non | mai | senza | nessun[ao]?
        )(?-u:\b)",
    )
});

/// What holds a word of denial and denies nothing.
static IDIOM: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?-u:\b)(?:
            (?:do\ ?n[o']?t|dont|never|not|no\ need\ to)\ (?:even\ )?(?:hesitate|forget|mind|worry|be\ shy|be\ afraid|think\ twice)
            | no\ (?:problem|worries|trouble|doubt|rush|issue|harm|reason\ not|bother|big\ deal)
            | not\ (?:only|just|merely|a\ problem|an\ issue|an?\ bother|to\ mention|to\ worry|bad|far)
            | (?:is|are|was|wo|would|does)n'?t\ (?:be\ )?(?:only|just|a\ problem|an\ issue|any\ trouble)
            | why\ (?:not|don'?t) | ca(?:n't|nt|nnot)\ (?:wait|go\ wrong|not|resist|help\ but)
            | (?:would|could|can|should|do|did|is|are|wo)n'?t\ (?:you|we|it|that|i)(?-u:\b)
            | say\ no | nothing\ (?:better|beats|like) | no\ (?:better|matter) | not\ unless
            | no\ hay\ problema | sem\ problema | pas\ de\ (?:souci|probleme) | kein\ problem | non\ c'e\ problema
            | n'hesite[zs]?\ pas | zogern\ sie\ nicht | no\ dudes? | nao\ hesite | warum\ nicht
        )",
    )
});

/// What denies a thing behind it: `refunds are not possible`, `$100 won't work`.
static DENIED_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"^(?:\ [\w'-]+){0,2}?\ (?:
            (?:is|are|was|were|do|does|will|would|can|could|has|have)(?:n'?t|\ not|\ never|\ no\ longer|\ unfortunately\ not)
            | wo(?:n'?t) | ca(?:n'?t|nnot) | never
            | (?:is|are|would\ be|will\ be)\ (?:impossible|unavailable|out\ of\ the\ question|too\ (?:low|little|far|much))
            | isnt | arent | nicht | no\ (?:es|son|esta|puede|se) | nao\ (?:e|sao|da|posso|aceito) | n'est\ pas | ne\ (?:sont|suis|fait) | non\ (?:e|sono|si)
        )(?-u:\b)",
    )
});

/// Where a clause ends: stops, commas and dashes that do not stand inside a number, and words that turn the sense.
static BREAK: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"[.!?](?:\s|$) | [;:\n()\[\]…—] | ,(?:\D|$) | \ -+\ 
        | (?-u:\b)(?: but | however | though | although | yet | except | unless | instead,? | because | so\ (?:i|we|you|let|just)
            | pero | mas | porem | mais | aber | sondern | ma | sino )(?-u:\b)",
    )
});

fn compiled(pattern: &str) -> Regex {
    Regex::new(&format!("(?xi){pattern}")).expect("a constant pattern, which a test compiles")
}

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
        let before = &self.folded[clause.start..range.start];
        let after = &self.folded[range.end..clause.end];
        if Self::is_denied_before(before, &self.folded[clause.start..clause.end])
            || (DENIED_AFTER.is_match(after) && !IDIOM.is_match(after))
        {
            return Polarity::Negated;
        }
        Polarity::Affirmed
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

    fn is_denied_before(before: &str, clause: &str) -> bool {
        let mut denials = DENIAL.find_iter(before).filter(|denial| {
            // An idiom may reach from before the thing into it, so that it is looked for in the whole clause.
            !IDIOM
                .find_iter(clause)
                .any(|idiom| idiom.start() <= denial.start() && denial.start() < idiom.end())
        });
        // Two denials are a yes: "I can't not offer".
        let count = denials.by_ref().count();
        count > 0 && (count % 2 == 1 || before.contains("neither") || before.contains("no longer"))
    }
}

#[cfg(test)]
mod tests {
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
}
