//! Replies in a language the business does not write in.
//!
//! Three looks, the cheap ones first. Letters of a script that no allowed language uses; words that give a language
//! away (`words`); and, only where a long stretch holds no known word of an allowed language, statistics over its
//! letters (the crate `whatlang`). Short texts without evidence pass: "Deal" is no language.

mod tags;
mod words;

use std::ops::Range;

use unicode_script::{Script, UnicodeScript as _};

use self::{
    tags::{detected_as, scripts_of},
    words::{LanguageSet, languages_of, languages_of_both, set_of},
};
use crate::{
    facts::Facts,
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::{beyond_ascii, is_alphanumeric},
};

/// Letters of a foreign alphabet that are more than a sign or a smile.
const FOREIGN_LETTERS_MIN: usize = 3;
/// The same for scripts in which one character is a syllable or a word.
const FOREIGN_SYLLABLES_MIN: usize = 2;
/// Words of a foreign language in one sentence that are more than a name or a loan; one more where the rest of the draft
/// is in an allowed language, so that a greeting may be local.
const FOREIGN_WORDS_MIN: usize = 2;
/// Fewest letters from which statistics over letters say anything.
const STATISTICS_MIN_LETTERS: usize = 30;
/// Least confidence of the statistics, 0 to 1, at which they are believed.
const CONFIDENCE_MIN: f64 = 0.9;

/// The languages replies may be in, made ready.
#[derive(Debug, Clone)]
pub(in crate::gate) struct Languages {
    tags: Vec<String>,
    /// Those whose words are known.
    known: LanguageSet,
    /// True when the words of all of them are known.
    all_known: bool,
    /// Every script they are written in; none when that of some language is not known.
    scripts: Option<Vec<Script>>,
}

impl Languages {
    pub(in crate::gate) fn of(facts: &Facts) -> Self {
        let sets: Vec<Option<LanguageSet>> = facts.languages.iter().map(|tag| set_of(tag)).collect();
        let scripts: Option<Vec<&[Script]>> = facts.languages.iter().map(|tag| scripts_of(tag)).collect();
        Self {
            tags: facts.languages.clone(),
            known: sets.iter().flatten().fold(0, |all, one| all | one),
            all_known: sets.iter().all(Option::is_some),
            scripts: scripts.map(|each| each.concat()),
        }
    }

    fn allows(&self, language: whatlang::Lang) -> bool {
        self.tags.iter().any(|tag| detected_as(tag, language))
    }
}

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let languages = &draft.gate.languages;
    let plain = draft.text.as_str();
    let found = foreign_script(plain, languages).or_else(|| {
        let folded = draft.folded.as_str();
        foreign_words(folded, plain, languages).map(|range| draft.folded.plain_range(range))
    });
    if let Some(range) = found {
        let fact = Some(format!("languages: {}", languages.tags.join(", ")));
        violations.push(draft.violation(ViolationCode::WrongLanguage, range, fact));
    }
}

/// From the first to the last letter of scripts that no allowed language is written in; none when there are few.
fn foreign_script(plain: &str, languages: &Languages) -> Option<Range<usize>> {
    let scripts = languages.scripts.as_ref()?;
    let latin_is_foreign = !scripts.contains(&Script::Latin);
    // A currency sign or a dash is no letter.
    if !latin_is_foreign
        && !beyond_ascii(plain).any(|(_, character)| is_alphanumeric(character) && character.is_alphabetic())
    {
        return None;
    }
    let (mut letters, mut syllables, mut latin, mut own) = (0, 0, 0, 0);
    let mut range: Option<Range<usize>> = None;
    for (at, character) in plain.char_indices().filter(|(_, character)| character.is_alphabetic()) {
        // Most letters are ASCII, and the table need not be asked about them.
        let script = if character.is_ascii() { Script::Latin } else { character.script() };
        match script {
            Script::Common | Script::Inherited | Script::Unknown => continue,
            _ if scripts.contains(&script) => {
                own += 1;
                continue;
            }
            Script::Latin => latin += 1,
            Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul => syllables += 1,
            _ => letters += 1,
        }
        let start = range.map_or(at, |range| range.start);
        range = Some(start..at + character.len_utf8());
    }
    // Names and brands are Latin in every language; a whole sentence is not.
    let is_latin_text = latin > own && latin >= STATISTICS_MIN_LETTERS / 2;
    range.filter(|_| letters >= FOREIGN_LETTERS_MIN || syllables >= FOREIGN_SYLLABLES_MIN || is_latin_text)
}

/// What the words of a stretch of text say.
#[derive(Default)]
struct Evidence {
    words: usize,
    letters: usize,
    allowed: usize,
    /// How often each language was spoken for by a word that no allowed language has.
    foreign: [u8; LanguageSet::BITS as usize],
    foreign_words: usize,
}

impl Evidence {
    fn of(text: &str, allowed: LanguageSet) -> Self {
        let mut evidence = Self::default();
        let mut unknown_before = "";
        let mut word_before = "";
        for range in words_of(text) {
            let word = &text[range.clone()];
            if is_contracted(text, &range) {
                continue;
            }
            evidence.words += 1;
            evidence.letters += word.len();
            let mut speaks_for = languages_of(word);
            // A word that a stray space has cut in two.
            if speaks_for == 0 && !unknown_before.is_empty() {
                let together = languages_of_both(unknown_before, word);
                speaks_for = if together & allowed == 0 { together } else { 0 };
            }
            unknown_before = if speaks_for == 0 { word } else { "" };
            // "Ha ha" is no language, and neither are single letters.
            if word.len() == 1 || (speaks_for & allowed == 0 && word == word_before) {
                evidence.words -= 1;
                continue;
            }
            word_before = word;
            evidence.add(speaks_for, allowed);
        }
        evidence
    }

    fn add(&mut self, speaks_for: LanguageSet, allowed: LanguageSet) {
        if speaks_for & allowed != 0 {
            self.allowed += 1;
            return;
        }
        if speaks_for == 0 {
            return;
        }
        self.foreign_words += 1;
        for (bit, count) in self.foreign.iter_mut().enumerate() {
            if speaks_for & 1 << bit != 0 {
                *count = count.saturating_add(1);
            }
        }
    }

    /// The most words that one foreign language has.
    fn most_foreign(&self) -> usize {
        self.foreign.iter().copied().max().map_or(0, usize::from)
    }
}

/// A stretch of the folded text that is in a foreign language.
fn foreign_words(folded: &str, plain: &str, languages: &Languages) -> Option<Range<usize>> {
    let whole = Evidence::of(folded, languages.known);
    if whole.foreign_words > 0 {
        let only_foreign = whole.allowed == 0 && whole.foreign_words == whole.words;
        let found = if only_foreign {
            Some(0..folded.len())
        } else {
            let least =
                if whole.allowed > whole.foreign_words { FOREIGN_WORDS_MIN + 1 } else { FOREIGN_WORDS_MIN };
            // A sentence has at most one foreign word more than the whole saw in it: its first, where the sentence
            // before ended with the same.
            let may_be = whole.foreign_words + 1 >= least;
            let is_foreign =
                |range: &Range<usize>| is_foreign(&folded[range.clone()], languages.known, least);
            if may_be { sentences(folded).find(is_foreign) } else { None }
        };
        let denied =
            || !languages.all_known && whatlang::detect_lang(plain).is_some_and(|it| languages.allows(it));
        if found.is_some() && !denied() {
            return found;
        }
    }
    if whole.allowed > 0 || whole.letters < STATISTICS_MIN_LETTERS {
        return None;
    }
    let info = whatlang::detect(plain).filter(|info| info.script() == whatlang::Script::Latin)?;
    let sure = info.is_reliable() && info.confidence() >= CONFIDENCE_MIN && !languages.allows(info.lang());
    sure.then_some(0..folded.len())
}

/// True when a sentence has at least so many foreign words, and more of them than others.
fn is_foreign(sentence: &str, allowed: LanguageSet, least: usize) -> bool {
    let evidence = Evidence::of(sentence, allowed);
    let foreign = evidence.most_foreign();
    foreign >= least && foreign > evidence.allowed
}

/// The words of a folded text: runs of letters. What is not ASCII counts as one; no known word holds any.
fn words_of(folded: &str) -> impl Iterator<Item = Range<usize>> {
    const LETTERS: [bool; 256] = {
        let mut table = [true; 256];
        let mut byte = 0;
        while byte < 128 {
            table[byte] = (byte as u8).is_ascii_alphabetic();
            byte += 1;
        }
        table
    };
    let is_letter = |byte: &u8| LETTERS[usize::from(*byte)];
    let bytes = folded.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(is_letter)?;
        at = start + bytes[start..].iter().take_while(|byte| is_letter(byte)).count();
        Some(start..at)
    })
}

/// True for what English leaves of a word behind an apostrophe: it would be Turkish for "and" in `I've`.
fn is_contracted(folded: &str, word: &Range<usize>) -> bool {
    let is_behind = word.start > 1
        && folded.as_bytes()[word.start - 1] == b'\''
        && folded.as_bytes()[word.start - 2].is_ascii_alphabetic();
    is_behind && matches!(&folded[word.clone()], "ve" | "re" | "ll" | "s" | "t" | "d" | "m")
}

fn sentences(folded: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = folded.match_indices(['.', '!', '?', '\n', ';']).map(|(at, _)| at).chain([folded.len()]);
    ends.map(move |end| {
        let range = start..end;
        start = end;
        range
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        facts::Facts,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn is_wrong(languages: &str, body: &str) -> bool {
        let facts = Facts::parse_toml(&format!("currency = \"EUR\"\nlanguages = {languages}")).unwrap();
        let verdict = validate_draft(body, &facts, &GateContext::default());
        verdict.violations.iter().any(|violation| violation.code == ViolationCode::WrongLanguage)
    }

    #[test]
    fn other_languages_are_held() {
        for body in [
            "Olá! Claro que sim, podemos marcar.",
            "Obrigado!",
            "Sí, claro, te esperamos el viernes",
            "Danke für Ihre Nachricht, wir freuen uns auf Sie",
            "Merci, à bientôt",
            "Certo, ti aspetto domani",
            "Bedankt, tot snel",
            "Tak, oczywiście, mamy wolny pokój",
            "Kiitos viestistäsi, huone on vapaana",
            "Evet tabii ki, oda müsait",
            "Mulțumesc, vă așteptăm vineri",
            "Да, конечно, приезжайте в пятницу",
            "好的，星期五见",
            "はい、大丈夫です",
            "نعم، لدينا غرفة",
            "Ναι, βεβαίως",
            "Thanks for your message! Claro que sí, tenemos una habitación para el viernes.",
            "Cla ro que sim, pode mos marcar.",
            "Chúng tôi rất vui được đón tiếp quý khách vào thứ sáu",
        ] {
            assert!(is_wrong(r#"["en"]"#, body), "{body}");
        }
    }

    #[test]
    fn the_business_s_languages_names_and_short_texts_pass() {
        for (languages, body) in [
            (r#"["en"]"#, "Deal 🤝"),
            (r#"["en"]"#, "Thanks, see you soon at Rua das Flores, near Largo do Carmo."),
            (r#"["en"]"#, "Quinn"),
            (r#"["en"]"#, "Bom dia! See you at 10, thanks"),
            (r#"["en"]"#, "Breakfast: crêpes, café, jus d'orange"),
            (r#"["en"]"#, "Lisboa suits me well"),
            (r#"["en"]"#, "саll me"),
            (r#"["en"]"#, "¯\\_(ツ)_/¯ who knows"),
            (r#"["en"]"#, "Room's free Friday, two nights, breakfast incl"),
            (r#"["pt-PT", "en"]"#, "Olá! Claro que sim, podemos marcar. See you soon."),
            (r#"["de"]"#, "Danke für Ihre Nachricht, wir freuen uns auf Sie im Galway Guesthouse"),
            (r#"["ru"]"#, "Да, конечно, приезжайте в Galway Guesthouse"),
            (r#"["ja"]"#, "はい、大丈夫です"),
            (r#"["vi"]"#, "Chúng tôi rất vui được đón tiếp quý khách vào thứ sáu"),
            (r#"["ga", "en"]"#, "Fáilte! See you soon."),
        ] {
            assert!(!is_wrong(languages, body), "{languages} {body}");
        }
    }

    #[test]
    fn english_is_foreign_where_it_is_not_allowed() {
        for languages in [r#"["pt"]"#, r#"["de", "fr"]"#, r#"["ru"]"#, r#"["ja"]"#, r#"["vi"]"#] {
            assert!(
                is_wrong(languages, "Thanks for your message, we will get back to you soon."),
                "{languages}"
            );
        }
    }
}
