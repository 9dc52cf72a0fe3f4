//! Drafts whose end is missing: a model that ran out of room.
//!
//! Most short messages end without a full stop, so that its absence says nothing. What says something is an end that
//! asks for more: a comma, an open bracket, an article, a conjunction, a preposition with nothing before it that could
//! have taken its object away.

use std::{ops::Range, sync::LazyLock};

use rustc_hash::FxHashMap;

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

/// Words after which something must follow, by language.
const NEVER_LAST: &[(&str, &str)] = &[
    (
        "en",
        "a an the and or but nor because if whether than into onto upon between during until unless \
         although whereas per via including my your our their its every i'm i'll i've i'd we'll we've \
         we're you'll you're you've they're they'll as toward towards regarding concerning such",
    ),
    (
        "es",
        "el la los las un una unos unas y o u e pero que de del al a con sin para por en entre desde \
         hasta su sus mi mis tu tus nuestro nuestra si cuando porque sobre",
    ),
    (
        "pt",
        "o a os as um uma e ou mas que de da do das dos com sem para por em na nas nos entre desde seu \
         sua meu minha nosso nossa se quando porque ao aos pelo pela",
    ),
    (
        "fr",
        "le la les un une des du de et ou mais que qui pour dans en sur chez par mon ma mes ton ta tes \
         son sa ses votre vos notre nos leur leurs au aux si quand parce ce cette ces je tu il nous",
    ),
    (
        "de",
        "der das den dem des ein eine einen einem einer eines und oder aber weil dass wenn ob fur von bei \
         beim im am zum zur vom unser unsere unseren ihre ihren mein meine sehr in",
    ),
    (
        "it",
        "il lo la i gli le un uno una e o ma che di del della dei da dal dalla con senza per in nel nella \
         su sul sulla al alla mio mia suo sua nostro nostra se quando perche",
    ),
    ("nl", "de het een en of maar omdat dat van met voor bij naar onze ons mijn uw jouw als te"),
];

/// English prepositions that stand last in a question or a relative clause, or after a verb they belong to, and the
/// words before them that make it so.
const STRANDED: &[(&str, &str)] = &[
    (
        "for",
        "looking look asked asking ask waiting wait hoping hope hoped paid pay paying searching care \
         cared wish wished go going went apply applied called known accounted here there him her it them \
         you me us that this strive up in",
    ),
    (
        "with",
        "come coming deal start begin go goes do work put along travelling traveling away here happy \
         agree stay play started live familiar comfortable",
    ),
    (
        "to",
        "want wants wanted like love happy need needs have had going try trying able used got hope hoping \
         plan planning glad ought supposed meant how where talk speak listen get go welcome willing free \
         prefer wish choose refuse decide not has reply respond write said say dont wont pleased ready \
         allowed time expected asked told and up look come back attached agreed added id",
    ),
    (
        "of",
        "thinking think thought dream dreaming heard hear know course sort kind afraid proud made out up aware",
    ),
    ("is", PRONOUNS),
    ("are", PRONOUNS),
    ("was", PRONOUNS),
    ("were", PRONOUNS),
    ("i", "and or than as am do have can will should could would did but so was had like if"),
    (
        "by",
        "stop drop come pass near go swing time close stopping dropping passing gone day coming flew flies went nearby it",
    ),
    ("from", "come comes coming came are is im hear heard choose pick live away you started"),
    (
        "about",
        "think thinking thought talk talking talked worry worried asked ask asking mentioned heard forget \
         forgot care know out just spoke told wrote complain it all that be on how what dream happy read \
         come bring write roam",
    ),
];

/// Words after which a form of "to be" may stand last: `here it is`.
const PRONOUNS: &str = "it he she they there here this that these those what who where how when why you we i u one all as than and so yes which";

/// English words that often stand last, and the words before them after which they do not.
const CUT_AFTER: &[(&str, &str)] = &[
    ("you", "if when once whether because until unless"),
    ("we", "if when once whether because until unless and but so"),
    ("on", "available free depends depending based focus arriving arrive live closed"),
    ("in", "based located situated interested included arrive arriving live living available"),
    ("at", "meet start starts begin begins arrive located available open opens closes leave"),
];

/// Words that show that a preposition's object stands before it.
const ASKING: &str = "what which who whom where when how whats wat whos wheres that wot";
/// Words before a last preposition among which one of [`ASKING`] is looked for.
const ASKED_WITHIN: usize = 9;

/// Longest of the words, in bytes.
const LAST_MAX_BYTES: usize = 12;

/// A word that never stands last, as it is written.
struct Last {
    languages: Vec<&'static str>,
    has_apostrophe: bool,
}

impl Last {
    /// True when it is the word and not one of the same letters: `well` is not `we'll`, and `3-A` ends with no article.
    fn is_spelled(&self, draft: &Draft<'_>, letters: &Range<usize>) -> bool {
        let folded = draft.folded.as_str();
        let range = draft.letters.folded_range(letters.clone());
        if self.has_apostrophe {
            return folded[range].contains('\'');
        }
        letters.len() > 1 || folded[..range.start].ends_with(char::is_whitespace)
    }
}

/// [`NEVER_LAST`] by the letters of the words.
static LAST: LazyLock<FxHashMap<String, Last>> = LazyLock::new(|| {
    let mut last: FxHashMap<String, Last> = FxHashMap::default();
    for (language, words) in NEVER_LAST {
        for word in words.split_ascii_whitespace() {
            let has_apostrophe = word.contains('\'');
            let entry = last.entry(word.replace('\'', ""));
            entry.or_insert_with(|| Last { languages: Vec::new(), has_apostrophe }).languages.push(language);
        }
    }
    last
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let plain = draft.text.as_str();
    let found = open_end(plain).or_else(|| word_without_rest(draft)).or_else(|| open_bracket(plain));
    if let Some(range) = found {
        violations.push(draft.violation(ViolationCode::Truncated, range, None));
    }
}

/// A last sign after which something must follow.
fn open_end(plain: &str) -> Option<Range<usize>> {
    let text = plain.trim_end();
    let last = text.chars().next_back()?;
    let before = &text[..text.len() - last.len_utf8()];
    let is_open = match last {
        // A bracket after a sign is a smile.
        '(' if !before.ends_with(|c: char| c.is_alphanumeric() || c.is_whitespace()) => false,
        // The end of an entity of HTML, such as `&gt;`.
        ';' if before.rfind('&').is_some_and(|at| before[at + 1..].chars().all(char::is_alphanumeric)) => {
            false
        }
        ',' | ';' | '&' | '(' | '[' | '{' | '“' | '‘' | '«' | '„' | '¿' | '¡' => {
            before.contains(char::is_alphanumeric)
        }
        // After a word; "- Quinn -" and ":-" are others' business.
        '-' | '/' | '+' | ':' => before.trim_end().ends_with(char::is_alphabetic),
        '"' => {
            before.ends_with(char::is_whitespace)
                && before.contains(char::is_alphanumeric)
                && before.matches('"').count().is_multiple_of(2)
        }
        _ => false,
    };
    is_open.then_some(before.len()..text.len())
}

/// A last word after which something must follow. Only where nothing follows it: a full stop, even a wrong one, or a
/// picture means that somebody thought to be done.
fn word_without_rest(draft: &Draft<'_>) -> Option<Range<usize>> {
    let plain = draft.text.as_str().trim_end();
    if !plain.ends_with(char::is_alphanumeric) {
        return None;
    }
    let text = draft.letters.as_str();
    let languages = || draft.facts.languages.iter().map(|tag| tag.split('-').next().unwrap_or_default());
    let is_never_last = |range: &Range<usize>| {
        let Some(last) = LAST.get(&text[range.clone()]) else { return false };
        last.is_spelled(draft, range) && languages().any(|tag| last.languages.contains(&tag))
    };
    if let Some(range) = last_words(draft).find(is_never_last) {
        // A single word is an answer, or a name.
        return (range.start > 0).then(|| plain_range(draft, range));
    }
    if !languages().any(|tag| tag == "en") {
        return None;
    }
    let word_before = |range: &Range<usize>| words_before(draft, range).next();
    let is_cut = |range: &Range<usize>| {
        let cut_after = CUT_AFTER.iter().find(|(word, _)| *word == &text[range.clone()]);
        cut_after.is_some_and(|(_, before)| word_before(range).is_some_and(|word| has(before, word)))
    };
    if let Some(range) = last_words(draft).find(is_cut) {
        return Some(plain_range(draft, range));
    }
    let stranded = |range: Range<usize>| {
        let (_, licensing) = STRANDED.iter().find(|(word, _)| *word == &text[range.clone()])?;
        Some((range, *licensing))
    };
    let (range, licensing) = last_words(draft).find_map(stranded)?;
    (!is_licensed(draft, &range, licensing)).then(|| plain_range(draft, range))
}

/// True when what stands before the last word shows that nothing is missing.
fn is_licensed(draft: &Draft<'_>, last: &Range<usize>, licensing: &str) -> bool {
    let mut words = words_before(draft, last);
    words.next().is_none_or(|word| has(licensing, word) || has(ASKING, word))
        || words.take(ASKED_WITHIN).any(|word| has(ASKING, word))
}

/// The words of the last sentence before the last word, the last first.
fn words_before<'d>(draft: &'d Draft<'_>, last: &Range<usize>) -> impl Iterator<Item = &'d str> {
    let before = &draft.folded.as_str()[..draft.letters.folded_range(last.clone()).start];
    let sentence = before.rsplit(['.', '!', '?', '\n']).next().unwrap_or_default();
    sentence.rsplit(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty())
}

/// True when the word is one of those, which are parted by white space.
fn has(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

/// The last word, and what it is together with the words before it: a space may have cut it in pieces.
fn last_words<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = Range<usize>> + 'd {
    let end = draft.letters.as_str().len();
    let starts = (0..draft.letters.words()).rev().map(|word| draft.letters.start_of(word));
    starts.take_while(move |start| end - start <= LAST_MAX_BYTES).map(move |start| start..end)
}

fn plain_range(draft: &Draft<'_>, letters: Range<usize>) -> Range<usize> {
    draft.folded.plain_range(draft.letters.folded_range(letters))
}

/// A bracket that opens and never closes. One that belongs to a smile follows no space and has no word in it.
fn open_bracket(plain: &str) -> Option<Range<usize>> {
    let at = plain.rfind('(')?;
    let is_bracket =
        plain[..at].ends_with(char::is_whitespace) && plain[at + 1..].starts_with(char::is_alphanumeric);
    (is_bracket && !plain[at..].contains(')')).then_some(at..plain.len())
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        facts::Facts,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn is_truncated_for(facts: &Facts, body: &str) -> bool {
        let verdict = validate_draft(body, facts, &GateContext::default());
        verdict.violations.iter().any(|violation| violation.code == ViolationCode::Truncated)
    }

    fn is_truncated(body: &str) -> bool {
        is_truncated_for(&example::facts(), body)
    }

    #[test]
    fn ends_that_ask_for_more_are_held() {
        for body in [
            "Hi there and thanks for",
            "We have a room with a",
            "See you on Friday and",
            "The room is available from",
            "The house is by the",
            "Breakfast is included, but",
            "Breakfast is included,",
            "We are looking forward to",
            "The price depends on whether",
            "I'd be glad to help with",
            "We have rooms (double and family",
            "The rooms are:",
            "It is well-",
            "He said \"",
            "I'm not sure if I'll",
            "It's about",
            "Let us know if you have any questions about",
            "thanks f or",
            "Check-in is between 3 and 6 pm;",
            "The deposit is",
            "Let me know if you",
            "The house is located in",
            "The room is available on",
            "You can pay by",
            "Thanks for your message, I",
        ] {
            assert!(is_truncated(body), "{body}");
        }
    }

    #[test]
    fn complete_messages_pass() {
        for body in [
            "talk soon",
            "Deal 🤝",
            "zoom?",
            "one fifty an hour, two hours min",
            "What are you looking for",
            "Happy to",
            "We'd love to",
            "Where are you coming from",
            "Who are you travelling with",
            "the room you asked for",
            "that's what I was thinking about",
            "See you then :(",
            "See you then (and bring the dog)",
            "check in",
            "Count me in",
            "Stop by",
            "Here it is",
            "Which day are you thinking of",
            "Let me know where the station is",
            "You and I",
            "See you",
            "Breakfast, dinner, and so on",
            "Yes we are",
            "Room 3-A",
            "Thanks!! xx",
            "all is well",
            "Meet you at 9+",
            "a)",
            "A",
            "Quinn",
            "Let me see...",
        ] {
            assert!(!is_truncated(body), "{body}");
        }
    }

    #[test]
    fn every_word_is_looked_for_at_its_length() {
        for (_, words) in super::NEVER_LAST {
            assert!(
                words.split_ascii_whitespace().all(|word| word.len() <= super::LAST_MAX_BYTES),
                "{words}"
            );
        }
    }

    #[test]
    fn the_languages_of_the_business_count() {
        let facts = Facts::parse_toml("currency = \"EUR\"\nlanguages = [\"de\", \"pt-PT\"]").unwrap();
        assert!(is_truncated_for(&facts, "Vielen Dank für"));
        assert!(is_truncated_for(&facts, "Temos um quarto para"));
        assert!(!is_truncated_for(&facts, "Bis bald"));
        assert!(!is_truncated("Rua das"), "what Portuguese never ends with may end an English line");
    }
}
