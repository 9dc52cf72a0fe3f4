//! Words that are not meant for the reader: a model's reasoning, its instructions, talk of a machine about itself, and
//! words about the reply instead of the reply.
//!
//! Phrases are looked for in the letters of the draft, so that no space, sign or look-alike letter hides one. One
//! search for all of them together spares ordinary drafts everything else.

mod assistant;
mod preamble;
mod prompt;
mod reasoning;

use std::{ops::Range, sync::LazyLock};

use regex::{Regex, RegexBuilder};
use regex_automata::meta;

use crate::gate::{code::ViolationCode, draft::Draft, phrases::automaton_over_letters, verdict::Violation};

/// Where a phrase must stand to mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anywhere, as whole words.
    Anywhere,
    /// At the start of the draft, with a stop behind it.
    Opening,
    /// At the start of a line, with a colon behind it.
    Label,
    /// With a colon behind it in the same line.
    Announcing,
    /// With an underscore between its letters, as a name in a program has.
    Underscored,
    /// In capitals.
    Capitals,
}

impl Place {
    const fn needs_colon(self) -> bool {
        matches!(self, Self::Label | Self::Announcing)
    }
}

/// Phrases of one kind. A phrase is a regular expression over letters; its spaces and apostrophes are there for the
/// reader only.
struct Family {
    code: ViolationCode,
    place: Place,
    phrases: &'static [&'static str],
}

/// All that is looked for.
const FAMILIES: [&[Family]; 4] =
    [reasoning::FAMILIES, prompt::FAMILIES, assistant::FAMILIES, preamble::FAMILIES];

struct Searched {
    code: ViolationCode,
    place: Place,
    letters: Regex,
}

/// Finds out whether there is anything to look at, besides phrases that need a colon: those hold words so short that
/// they are part of others in most drafts.
static ANY: LazyLock<meta::Regex> =
    LazyLock::new(|| automaton_over_letters(&joined(&phrases(|place| !place.needs_colon()))));

/// The same for phrases that need a colon.
static ANY_BEFORE_COLON: LazyLock<meta::Regex> =
    LazyLock::new(|| automaton_over_letters(&joined(&phrases(Place::needs_colon))));

static EACH: LazyLock<Vec<Searched>> = LazyLock::new(|| {
    let searched = |code, place, phrases: &[String]| Searched { code, place, letters: compile(phrases) };
    let family = |family: &Family| {
        let phrases: Vec<String> = family.phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
        searched(family.code, family.place, &phrases)
    };
    let program_names = searched(ViolationCode::PromptLeak, Place::Underscored, &prompt::program_names());
    FAMILIES.iter().copied().flatten().map(family).chain([program_names]).collect()
});

/// Every phrase that stands in such a place.
fn phrases(is_wanted: impl Fn(Place) -> bool) -> Vec<String> {
    let families = FAMILIES.iter().copied().flatten().filter(|family| is_wanted(family.place));
    let phrases = families.flat_map(|family| family.phrases.iter().map(|phrase| (*phrase).to_owned()));
    let names = if is_wanted(Place::Underscored) { prompt::program_names() } else { Vec::new() };
    phrases.chain(names).collect()
}

/// One pattern for all phrases. Letters are ASCII in every phrase, so that Unicode's tables are not needed.
fn compile(phrases: &[String]) -> Regex {
    RegexBuilder::new(&joined(phrases))
        .unicode(false)
        .build()
        .expect("constant patterns, which a test compiles")
}

/// Phrases as one pattern, without what is there for the reader only.
fn joined(phrases: &[String]) -> String {
    phrases.join("|").replace([' ', '\''], "")
}

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let letters = draft.letters.as_str();
    let any = ANY.is_match(letters);
    let any_before_colon = draft.folded.as_str().contains(':') && ANY_BEFORE_COLON.is_match(letters);
    if !any && !any_before_colon {
        return;
    }
    for searched in EACH.iter().filter(|each| if each.place.needs_colon() { any_before_colon } else { any }) {
        let mut from = 0;
        while let Some(found) = letters.get(from..).and_then(|_| searched.letters.find_at(letters, from)) {
            let range = found.range();
            if is_in_place(draft, searched.place, &range) {
                let plain = draft.folded.plain_range(draft.letters.folded_range(range.clone()));
                violations.push(draft.violation(searched.code, plain, None));
                from = range.end;
            } else {
                // A match that is no whole word may hide one that is.
                from = range.start + 1;
            }
        }
    }
}

fn is_in_place(draft: &Draft<'_>, place: Place, letters: &Range<usize>) -> bool {
    if !draft.letters.is_whole(letters) {
        return false;
    }
    let folded = draft.folded.as_str();
    let range = draft.letters.folded_range(letters.clone());
    match place {
        Place::Anywhere => true,
        Place::Opening => {
            let rest = folded[range.end..].trim_start_matches(' ');
            letters.start == 0 && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\'')
        }
        Place::Label => {
            let line = folded[..range.start].rfind('\n').map_or(0, |at| at + 1);
            let before = &folded[line..range.start];
            !before.contains(char::is_alphanumeric) && colon_follows(&folded[range.end..])
        }
        Place::Announcing => {
            let rest = &folded[range.end..];
            rest[..rest.find('\n').unwrap_or(rest.len())].contains(':')
        }
        Place::Underscored => folded[range].contains('_'),
        Place::Capitals => {
            let plain = &draft.text.as_str()[draft.folded.plain_range(range)];
            plain.chars().filter(|character| character.is_alphabetic()).all(char::is_uppercase)
        }
    }
}

/// True when a colon is the next sign, after white space, a remark in brackets and marks of emphasis.
fn colon_follows(rest: &str) -> bool {
    let rest = match rest.trim_start().strip_prefix('(').and_then(|remark| remark.split_once(')')) {
        Some((remark, after)) if !remark.contains('\n') => after,
        _ => rest,
    };
    rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '"' | ')' | ']'))
        .starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example,
        gate::{GateContext, validate_draft},
    };

    fn codes(body: &str) -> Vec<ViolationCode> {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        verdict.violations.into_iter().map(|violation| violation.code).collect()
    }

    fn assert_all(code: ViolationCode, bodies: &[&str]) {
        for body in bodies {
            assert!(codes(body).contains(&code), "{body}: {:?}", codes(body));
        }
    }

    #[test]
    fn reasoning_is_held() {
        assert_all(
            ViolationCode::ReasoningLeak,
            &[
                "Step 2: pick the move per the rules",
                "Let me think. The guest is polite.",
                "The user wants a discount, so I stay firm.",
                "The user's message is short.",
                "Okay, so the client is asking about the price.",
                "First, I need to check the facts. Hi!",
                "We need to respond in her voice.",
                "Reasoning: polite guest. Hi!",
                "El usuario quiere un descuento.",
                "Der Nutzer möchte einen Rabatt.",
                "L'utilisateur demande le prix.",
                "O utilizador quer saber o preço.",
                "L'utente vuole uno sconto.",
                "T h e  u s e r  w a n t s a room",
            ],
        );
    }

    #[test]
    fn words_of_the_prompt_are_held() {
        assert_all(
            ViolationCode::PromptLeak,
            &[
                "According to my instructions I must not mention refunds",
                "My instructions are: reply as Quinn",
                "I was instructed to stay polite.",
                "That is in my system prompt",
                "As instructed, here you go",
                "The never_offer list says no",
                "Prices are price_in_writing allowed",
                "You are a helpful assistant.",
                "Según mis instrucciones no puedo",
                "Laut meinen Anweisungen darf ich das nicht",
                "Selon mes instructions, non",
                "De acordo com as minhas instruções, não",
                "Secondo le mie istruzioni, no",
            ],
        );
    }

    #[test]
    fn talk_of_a_machine_about_itself_is_held() {
        assert_all(
            ViolationCode::AssistantPhrase,
            &[
                "As an AI language model, I can't",
                "As an A.I. I have no opinion",
                "I'm an AI",
                "I am just a chatbot",
                "I'm not a robot!",
                "As a virtual assistant I can book",
                "I cannot assist with that",
                "I'm sorry, but I can't help with that request.",
                "My knowledge cutoff is 2023",
                "I don't have personal opinions",
                "Como modelo de lenguaje no puedo",
                "Como um modelo de linguagem, não posso",
                "En tant qu'IA, je ne peux pas",
                "Als KI-Sprachmodell kann ich das nicht",
                "In quanto modello linguistico non posso",
                "Als AI-taalmodel kan ik dat niet",
            ],
        );
    }

    #[test]
    fn words_about_the_reply_are_held() {
        assert_all(
            ViolationCode::Preamble,
            &[
                "Draft: Hi there!",
                "**Reply**: Hi",
                "Here's a reply in her voice:\n\nHi!",
                "Sure! Here is the message:\n\"Hi there\"",
                "Here is a short, friendly response you could send: Hi",
                "Subject: Your stay\nHi",
                "Note: I kept it short",
                "Hi! See you soon.\n\nLet me know if you'd like me to adjust the tone.",
                "Option 1: Hi\nOption 2: Hello",
                "Antwort: Hallo",
                "Voici une réponse : Bonjour",
                "Aquí tienes una respuesta: Hola",
            ],
        );
    }

    #[test]
    fn ordinary_replies_pass() {
        for body in [
            "Let me think about it and get back to you.",
            "Here is the address. See you soon!",
            "Note: check-in is from 3 pm.",
            "Draft beer is served at the bar.",
            "Please follow the instructions on the door.",
            "According to the house rules dogs sleep downstairs.",
            "We never offer rooms by the hour.",
            "I'm an early riser, so come any time.",
            "I'm an aisle away from you.",
            "The guest house is by the river.",
            "In my opinion, the reply came late.",
            "There is a lot to do in town.",
            "Reply when you can!",
            "Sure! See you on Friday: the key is under the mat.",
            "I can't help with parking, sorry, the street is full.",
            "Our system prompts you for a code at the door",
        ] {
            let leaks = [
                ViolationCode::ReasoningLeak,
                ViolationCode::PromptLeak,
                ViolationCode::AssistantPhrase,
                ViolationCode::Preamble,
            ];
            assert!(!codes(body).iter().any(|code| leaks.contains(code)), "{body}: {:?}", codes(body));
        }
    }
}
