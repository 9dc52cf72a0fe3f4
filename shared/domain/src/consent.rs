//! Whether a contact agrees to be messaged, read from one message.
//!
//! An opt-out word counts as a whole message or in a clear phrase, never as any word: "bus stop or hotel?" is a question
//! about a bus. Where it could be either, a person decides.

#[cfg(test)]
mod breadth;
mod languages;
mod phrases;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::classify::Reading;

/// What a message says about being messaged.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Consent {
    /// Do not message me any more. Goes on the ledger.
    OptOut,
    /// It looks like an opt-out and may be something else: a person decides, and nothing is sent until then.
    Ask,
    /// Message me again.
    OptIn,
    /// Who is this?
    Help,
    /// Not interested now; that is no opt-out.
    SoftNo,
    /// Wants a person, or asks whether this is a machine.
    Handover,
    /// Nothing of the kind.
    #[default]
    None,
}

/// A consent with what the operator should know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConsentReading {
    /// What the message says.
    pub consent: Consent,
    /// True when the operator should look at it. An opt-out with this set goes on the ledger all the same: "CANCEL" may
    /// mean a booking, and "delete my data" wants more than silence.
    pub ask_operator: bool,
}

/// Reads what `text` says about being messaged.
#[must_use]
pub fn read(text: &str) -> Consent {
    read_fully(text).consent
}

/// Like [`read`], and says whether the operator should look at it.
#[must_use]
pub fn read_fully(text: &str) -> ConsentReading {
    of_reading(&Reading::of(text))
}

/// Reads a prepared message. Of several lines or sentences the one that matters most counts.
pub(crate) fn of_reading(reading: &Reading) -> ConsentReading {
    let said = |consent, ask_operator| ConsentReading { consent, ask_operator };
    if let Some(word) = phrases::keyword_of_a_line(reading) {
        return word;
    }
    if phrases::is_opt_out_phrase(reading) || languages::in_other_scripts(reading) {
        return said(Consent::OptOut, phrases::wants_erasure(reading));
    }
    if phrases::looks_like_opt_out(reading) {
        return said(Consent::Ask, true);
    }
    if phrases::is_opt_in_phrase(reading) {
        return said(Consent::OptIn, false);
    }
    if phrases::wants_a_person(reading) {
        return said(Consent::Handover, false);
    }
    if phrases::is_soft_no(reading) {
        return said(Consent::SoftNo, false);
    }
    ConsentReading::default()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn assert_all(wanted: Consent, texts: &[&str]) {
        for text in texts {
            assert_eq!(read(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn opt_outs_in_their_many_forms() {
        assert_all(
            Consent::OptOut,
            &[
                "STOP",
                "Stop.",
                "stop!!!",
                "\"STOP\"",
                "ＳＴＯＰ",
                "ѕtop",
                "ЅТОР",
                "S T O P",
                "s.t.o.p",
                "st\u{200b}op",
                "st0p",
                "stooop",
                "STOP 🛑",
                "please stop",
                "Stop please",
                "ok stop",
                "STOP STOP STOP",
                "STOPALL",
                "stop all",
                "END",
                "quit",
                "revoke",
                "opt out",
                "opt-out",
                "OPTOUT",
                "unsubscribe",
                "Unsubscribe me please",
                "unsuscribe",
                "ARRET",
                "Arrêt",
                "alto",
                "стоп",
                "停止",
                "stopp",
                "abmelden",
                "stop texting me",
                "Stop sending me these messages!",
                "please quit messaging me",
                "pls remove me from ur list",
                "take me off your list",
                "don't contact me again",
                "do not text me anymore",
                "don’t ever write to me again",
                "Please don't text me.",
                "no more messages please",
                "leave me alone",
                "I want to opt out",
                "I'd like to unsubscribe",
                "how do I unsubscribe?",
                "I withdraw my consent",
                "lose my number",
                "delete my data",
                "Who is this? STOP.",
                "Hi\nSTOP",
                "I don't want any more messages from you",
                "never text me again",
                "fuck off",
            ],
        );
    }

    #[test]
    fn words_of_opt_outs_in_ordinary_messages() {
        assert_all(
            Consent::None,
            &[
                "Cancel my Friday booking",
                "in the end we chose Friday",
                "We have got to STOP at the bakery first!",
                "can't stop looking at the photos",
                "bus stop or hotel?",
                "Is there a bus stop nearby",
                "stop by at noon?",
                "can we stop by tomorrow?",
                "the end of May",
                "I quit smoking, any smoking rooms?",
                "Text me when you get off, don't call",
                "don't call me before 9",
                "please don't message me after 10pm, I sleep early",
                "can I opt out of breakfast?",
                "we end our trip on Friday",
                "My phone won't stop ringing",
                "cancel it please",
                "I have to end my stay earlier",
                "remove the second guest from the list of names",
                "full stop",
                "next stop Berlin",
                "he won't stop calling me",
                "leave me a note",
                "Is it the wrong place?",
                "",
            ],
        );
    }

    #[test]
    fn cancel_alone_opts_out_and_asks_the_operator() {
        for text in ["CANCEL", "cancel", "Cancel please", "cancel!"] {
            assert_eq!(
                read_fully(text),
                ConsentReading { consent: Consent::OptOut, ask_operator: true },
                "{text}"
            );
        }
        assert!(!read_fully("STOP").ask_operator);
        assert!(read_fully("delete my data").ask_operator);
    }

    #[test]
    fn what_may_be_an_opt_out_is_asked_about() {
        assert_all(
            Consent::Ask,
            &[
                "STOP 12345",
                "wrong number",
                "I think you have the wrong number",
                "👎",
                "🛑",
                "🚫",
                "stop it",
                "stop, who are you",
                "stop. I changed my mind, keep the booking",
                "STOP asking me for my dates",
                "don't call me",
                "I did not unsubscribe",
            ],
        );
        assert!(read_fully("👎").ask_operator);
    }

    #[test]
    fn the_other_keywords_and_phrases() {
        assert_all(
            Consent::OptIn,
            &["START", "UNSTOP", "start please", "opt me back in", "you can text me again"],
        );
        assert_all(Consent::Help, &["HELP", "help!", "INFO", "info please"]);
        assert_all(
            Consent::SoftNo,
            &[
                "not interested, thanks",
                "no thanks",
                "No thank you!",
                "maybe another time",
                "we found somewhere else",
                "we changed our mind, thanks",
                "I'll pass",
            ],
        );
        assert_all(
            Consent::Handover,
            &[
                "talk to a human please",
                "is this a bot?",
                "can I speak to Quinn in person please",
                "Are you a real person?",
                "get me your manager on the line",
                "I need to speak to someone at the restaurant.",
                "am I talking to a machine",
                "Transfer me to room service",
                "Can I speak directly with the reception?",
            ],
        );
        assert_all(
            Consent::None,
            &[
                "no thanks needed, but is breakfast included?",
                "not interested in breakfast, just the room",
                "I need to talk to my wife first",
                "talk to you later",
                "I'll speak to my manager about the dates",
                "can I talk to you about parking",
                "help me find the house",
                "when does the season start",
                "start of May",
            ],
        );
    }

    #[test]
    fn the_labelled_lines_are_all_right() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gate/opt_out.jsonl");
        let Ok(lines) = fs::read_to_string(&path) else {
            eprintln!("SKIPPED: {} is not here", path.display());
            return;
        };
        for line in lines.lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = case["text"].as_str().unwrap();
            let got = read(text);
            let right = match case["expect"].as_str().unwrap() {
                "opt_out_or_ask" => matches!(got, Consent::OptOut | Consent::Ask),
                "not_opt_out" => !matches!(got, Consent::OptOut | Consent::Ask),
                expected => got == expected.parse::<Consent>().unwrap(),
            };
            assert!(right, "{text:?} should be {}, got {got}", case["expect"]);
        }
    }
}
