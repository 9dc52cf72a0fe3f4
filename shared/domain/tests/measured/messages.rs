//! How often the gate stops what people write to each other in private. Nobody wrote those messages for a business: they do
//! end in the middle, speak of other towns, and say "call me".

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use prospector_domain::gate::{GateContext, ViolationCode};

use crate::in_place::{businesses, text};

type Ceilings = &'static [(ViolationCode, f64)];

/// The most finds per thousand messages that are put up with, for these businesses together.
const CEILINGS: &[(&[&str], Ceilings)] = &[
    (&["A"], FORM_AND_LEAKS),
    (&["B"], FORM_AND_LEAKS),
    (&["A"], PLACES_AND_CONTACTS),
    (&["A", "B"], CHANNELS_AND_SERVICES),
];

const FORM_AND_LEAKS: Ceilings = &[
    (ViolationCode::WrongLanguage, 2.0),
    // All of them stage directions: "*sighs*".
    (ViolationCode::Markdown, 7.0),
    (ViolationCode::Repetition, 2.0),
    (ViolationCode::ReasoningLeak, 1.0),
    (ViolationCode::PromptLeak, 1.0),
    (ViolationCode::ChatMarkup, 1.0),
    (ViolationCode::AssistantPhrase, 1.0),
    // All but two stand in quotation marks as a whole.
    (ViolationCode::Preamble, 9.0),
    (ViolationCode::Placeholder, 1.0),
    (ViolationCode::Truncated, 4.0),
    (ViolationCode::Empty, 1.0),
];

const PLACES_AND_CONTACTS: Ceilings = &[
    (ViolationCode::PlaceUnlicensed, 25.0),
    (ViolationCode::DateOutsideWindow, 2.0),
    (ViolationCode::AddressUnlicensed, 2.0),
    (ViolationCode::PhoneLeak, 2.0),
    (ViolationCode::EmailLeak, 2.0),
    (ViolationCode::LinkLeak, 8.0),
    (ViolationCode::HandleLeak, 2.0),
    (ViolationCode::BankDetailsLeak, 1.0),
];

const CHANNELS_AND_SERVICES: Ceilings = &[
    (ViolationCode::ChannelNotOffered, 31.0),
    (ViolationCode::OtherChannel, 10.3),
    (ViolationCode::NeverOffer, 4.1),
    (ViolationCode::ServiceInWriting, 0.0),
];

/// In how many messages a code was found, and on which words.
#[derive(Default)]
struct Finds {
    messages: usize,
    words: BTreeMap<String, usize>,
}

#[test]
fn private_messages_are_seldom_stopped_without_a_reason() {
    let (Some(businesses), Some(lines)) = (businesses(), text("gate/sms_ham.txt")) else { return };
    let total = lines.lines().count();
    let mut found: HashMap<(&str, ViolationCode), Finds> = HashMap::new();
    for (name, gate) in &businesses {
        for line in lines.lines() {
            let mut codes = BTreeSet::new();
            for violation in gate.validate(line, &GateContext::default()).violations {
                let finds = found.entry((name, violation.code)).or_default();
                *finds.words.entry(violation.text.to_lowercase()).or_default() += 1;
                finds.messages += usize::from(codes.insert(violation.code));
            }
        }
    }
    let mut over = Vec::new();
    for (names, ceilings) in CEILINGS {
        for (code, ceiling) in *ceilings {
            let finds = names.iter().filter_map(|name| found.get(&(*name, *code)));
            let (mut messages, mut words) = (0, BTreeMap::new());
            for one in finds {
                messages += one.messages;
                one.words.iter().for_each(|(word, count)| *words.entry(word).or_insert(0) += count);
            }
            let mut commonest: Vec<_> = words.into_iter().collect();
            commonest.sort_by_key(|(_, count)| Reverse(*count));
            commonest.truncate(10);
            #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
            let per_thousand = messages as f64 * 1_000.0 / (total * names.len()) as f64;
            let told = format!("{} {code}: {messages}, {per_thousand:.1} per thousand", names.join("+"));
            eprintln!("{told}; commonest {commonest:?}");
            if per_thousand > *ceiling {
                over.push(format!("{told}, more than {ceiling}"));
            }
        }
    }
    assert!(over.is_empty(), "{}", over.join("\n"));
}
