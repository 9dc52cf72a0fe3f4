//! Signs in an inbound message that a human must see: a possible minor, distress, coercion.
//!
//! Read for recall: a false alarm costs a human a glance, a miss may cost a person dearly. Still, "my 8 year old son will
//! join us" is no minor writing, and a family must not wait for a human because it has children.

mod english;
mod languages;

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::classify::{Reading, compile};

/// What a message may be a sign of.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SafetyKind {
    /// Somebody is, or may be, kept or used against their will.
    Coercion,
    /// Somebody is in danger, hurt, afraid or in despair.
    Distress,
    /// The person writing may be a minor.
    Minor,
}

/// A sign found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetySignal {
    /// What it may be a sign of.
    pub kind: SafetyKind,
    /// The name of the rule that saw it.
    pub rule: String,
    /// The words that made it fire, as said.
    pub text: String,
}

/// A sign as it is written down, in the language of the patterns of [`classify`](crate::classify).
struct Pattern {
    kind: SafetyKind,
    rule: &'static str,
    words: &'static str,
    /// What the sentence must not say as well; nothing when empty.
    unless: &'static str,
}

struct Sign {
    kind: SafetyKind,
    rule: &'static str,
    words: Regex,
    unless: Option<Regex>,
}

/// All signs, by gravity: of a language the gravest come first, and English comes first.
static SIGNS: LazyLock<Vec<Sign>> = LazyLock::new(|| {
    let sign = |pattern: &Pattern| Sign {
        kind: pattern.kind,
        rule: pattern.rule,
        words: compile(pattern.words),
        unless: (!pattern.unless.is_empty()).then(|| compile(pattern.unless)),
    };
    english::PATTERNS.iter().chain(languages::PATTERNS).map(sign).collect()
});

/// Reads the signs in `text`; none when there are none.
#[must_use]
pub fn read(text: &str) -> Option<SafetySignal> {
    of_reading(&Reading::of(text))
}

/// Reads a prepared message.
pub(crate) fn of_reading(reading: &Reading) -> Option<SafetySignal> {
    let found = SIGNS.iter().find_map(|sign| {
        reading.sentences().iter().find_map(|sentence| {
            let text = reading.sentence(sentence);
            let found = sign.words.find(text)?;
            if sign.unless.as_ref().is_some_and(|unless| unless.is_match(text)) {
                return None;
            }
            let start = sentence.range.start;
            let said = reading.said_at(start + found.start()..start + found.end());
            Some(SafetySignal { kind: sign.kind, rule: sign.rule.to_owned(), text: said.to_owned() })
        })
    });
    found.or_else(|| languages::in_other_scripts(reading.said()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_all(wanted: Option<SafetyKind>, texts: &[&str]) {
        for text in texts {
            assert_eq!(read(text).map(|signal| signal.kind), wanted, "{text:?}: {:?}", read(text));
        }
    }

    #[test]
    fn a_possible_minor() {
        assert_all(
            Some(SafetyKind::Minor),
            &[
                "I'm 15 and want a room for me and my friend",
                "im 16 yo",
                "i am sixteen years old",
                "We are both 17, can we book?",
                "I'm a minor, is that a problem?",
                "I'm under 18",
                "my parents don't know",
                "please don't tell my mum",
                "is 17 old enough to book a room?",
                "do I need to be 18?",
                "can I stay without my parents?",
                "I'm in 10th grade",
                "I ran away from home",
                "I’m only 14",
                "im 15",
                "Am I too young to book? I'm 16",
                "I turn 17 in May so can I book",
            ],
        );
    }

    #[test]
    fn distress() {
        assert_all(
            Some(SafetyKind::Distress),
            &[
                "I want to die",
                "I can't go on",
                "I'm going to kill myself tonight",
                "my friend wants to kill himself",
                "he hits me, I need a place tonight",
                "please help me, he is outside",
                "someone is following me",
                "I'm so scared",
                "I have nowhere to go",
                "there is a smell of gas in the room",
                "call an ambulance please",
                "I can't breathe",
                "I don't feel safe here",
                "my husband just died and I cannot come",
                "I am running away from my husband",
                "i dont want to live anymore",
                "she was attacked on the way",
                "someone broke into our room",
                "I'm afraid he will find me",
                "help me",
                "I hate my life",
                "my ex is stalking me, please don't say I'm here",
                "my mother is in hospital",
                "there's smoke in the kitchen",
            ],
        );
    }

    #[test]
    fn coercion() {
        assert_all(
            Some(SafetyKind::Coercion),
            &[
                "he won't let me leave",
                "they took my passport",
                "I'm being held here",
                "I am forced to work for them",
                "she is here against her will",
                "please don't let him know I wrote to you",
                "he will hurt me if I go",
                "he's going to hurt me",
                "we are not allowed to go out",
                "I think she is being trafficked",
            ],
        );
    }

    #[test]
    fn paraphrases_and_misspellings() {
        assert_all(
            Some(SafetyKind::Distress),
            &[
                "i wanna die",
                "thinking about sucide",
                "i will kil myself",
                "nobody would miss me",
                "i see no way out",
                "I'm hiding from my ex",
                "he put his hands on me",
                "he's dangerous, please",
                "everyone would be better off without me",
                "i just want it all to end",
            ],
        );
        assert_all(
            Some(SafetyKind::Coercion),
            &[
                "he took all my money and I can't go",
                "I'm not free to leave",
                "she is not here by choice",
                "he is reading my messages",
                "they are making me do this",
            ],
        );
        assert_all(
            Some(SafetyKind::Minor),
            &[
                "I was born in 2011",
                "I'll be 18 in March",
                "15f here",
                "I'm a 9th grader",
                "my parents would kill me",
                "Age: 15",
                "im a high schooler",
            ],
        );
    }

    #[test]
    fn other_languages() {
        assert_all(
            Some(SafetyKind::Distress),
            &[
                "Quiero morir",
                "quero morrer",
                "je veux mourir",
                "Ich will nicht mehr leben",
                "voglio morire",
                "mi marido me pega",
                "mein Mann schlägt mich",
                "Mon mari me frappe",
                "хочу умереть",
                "死にたい",
                "不想活了",
                "죽고 싶어요",
                "أريد أن أموت",
                "¡Llamen a la policía!",
            ],
        );
        assert_all(
            Some(SafetyKind::Coercion),
            &[
                "no me dejan salir",
                "não me deixam sair",
                "il ne me laisse pas sortir",
                "Er lässt mich nicht gehen",
                "mi costringono a lavorare",
                "меня держат здесь",
            ],
        );
        assert_all(
            Some(SafetyKind::Minor),
            &[
                "Tengo 15 años",
                "tenho 16 anos, posso reservar?",
                "J'ai 15 ans",
                "je suis mineure",
                "ich bin 16 Jahre alt",
                "ho 15 anni",
                "soy menor de edad",
                "мне 15 лет",
                "我今年15岁",
                "未成年です",
            ],
        );
        assert_all(
            None,
            &[
                "Somos dos adultos y un niño de 6 años",
                "wir sind 12 Personen",
                "J'ai 15 ans d'expérience",
                "Me muero de hambre",
                "Mi hijo tiene 10 años",
                "мне нужна комната",
                "我们三个人",
            ],
        );
    }

    #[test]
    fn families_and_idioms_are_none() {
        assert_all(
            None,
            &[
                "my 8 year old son will join us",
                "We are two adults and a 15 year old",
                "our daughter is 16, does she pay?",
                "I'm 15 minutes away",
                "we are 16 people",
                "We'll be 12",
                "I'm dying to see the lake",
                "the view is to die for",
                "I'm afraid we'll be late",
                "I was forced to cancel my flight",
                "we are stuck in traffic",
                "is there an emergency exit?",
                "Is the house near a fire station",
                "I'm a bit scared of dogs, are there any?",
                "I lost my wallet",
                "the heat is killing me",
                "I'll be 10 minutes late",
                "I'm on the 12th floor",
                "I've been coming here for 15 years",
                "me and my 3 kids aged 6, 9 and 12",
                "can I bring my teenager?",
                "I left my passport at reception",
                "Cancel my Friday booking",
                "I'm 34 and travel alone",
                "My kids are only 10 and 12",
                "my daughter is 16 and wants to stay alone",
                "",
            ],
        );
    }
}
