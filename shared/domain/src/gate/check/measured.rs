//! How often checks fire on what real people wrote, and what they make of labelled drafts. The data is read in place;
//! where it is missing the tests say so and pass.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

use crate::{
    facts::Facts,
    gate::{Gate, GateContext, ViolationCode},
};

/// The codes whose checks look at form and at what leaked, each with the most finds per thousand short messages that are
/// put up with. Private messages are not written by a business: some do end in the middle, shout and repeat.
const CEILINGS: &[(ViolationCode, f64)] = &[
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

fn read_in_place(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gate").join(file);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    text
}

fn businesses() -> Option<BTreeMap<String, Gate>> {
    let profiles: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&read_in_place("facts.json")?).unwrap();
    let gate = |profile: &serde_json::Value| Gate::new(Facts::parse_json(&profile.to_string()).unwrap());
    Some(profiles.iter().map(|(name, profile)| (name.clone(), gate(profile))).collect())
}

#[test]
fn short_messages_of_real_people() {
    let (Some(businesses), Some(lines)) = (businesses(), read_in_place("sms_ham.txt")) else { return };
    let total = lines.lines().count();
    for (name, gate) in businesses {
        let mut found: BTreeMap<ViolationCode, Vec<(String, &str)>> = BTreeMap::new();
        for line in lines.lines() {
            let mut seen = Vec::new();
            for violation in gate.validate(line, &GateContext::default()).violations {
                if !seen.contains(&violation.code) {
                    seen.push(violation.code);
                    found.entry(violation.code).or_default().push((violation.text, line));
                }
            }
        }
        for (code, ceiling) in CEILINGS {
            let finds = found.remove(code).unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
            let per_thousand = finds.len() as f64 * 1000.0 / total as f64;
            eprintln!("{name} {code}: {} of {total}, {per_thousand:.1} per thousand", finds.len());
            for (text, line) in finds.iter().take(30) {
                eprintln!("    {text:?} in {line:?}");
            }
            assert!(per_thousand <= *ceiling, "{code}: {per_thousand:.1} per thousand");
        }
    }
}

#[derive(Deserialize)]
struct Case {
    id: String,
    profile: String,
    inbound: Option<String>,
    body: String,
    expect: String,
    codes: Vec<String>,
}

/// The labelled drafts about form, leakage and injection.
#[test]
fn labelled_drafts() {
    let (Some(businesses), Some(lines)) = (businesses(), read_in_place("cases.jsonl")) else { return };
    let mut judged = 0;
    for line in lines.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        // Money in the reply is another check's business.
        if !("g107"..="g139").contains(&case.id.as_str()) || case.codes == ["spec_conflict"] {
            continue;
        }
        let context = GateContext { inbound: case.inbound.as_deref(), ..GateContext::default() };
        let verdict = businesses[&case.profile].validate(&case.body, &context);
        assert_eq!(verdict.ok, case.expect == "ok", "{}: {:?}", case.id, verdict.violations);
        for code in &case.codes {
            let conflict = |violation: &crate::gate::Violation| violation.reason.to_string() == *code;
            assert!(verdict.violations.iter().any(conflict), "{}: {:?}", case.id, verdict.violations);
        }
        judged += 1;
    }
    assert!(judged >= 30, "{judged}");
}

/// One space or invisible character put anywhere makes no held draft clean.
#[test]
fn nothing_put_in_between_hides_what_is_wrong() {
    let gate = Gate::new(crate::example::facts());
    for body in [
        "As an AI language model, I can't",
        "<think>the guest wants cheap</think>Sure!",
        "done.</think>See you soon",
        "Hi {{name}}, thanks!",
        "Hi [NAME], thanks",
        "Hi {first_name}",
        "Hi <client name>,",
        "Hi ___, thanks",
        "TODO: add the price",
        "Draft: Hi there!",
        "Here's a reply in her voice:\n\nHi!",
        "Sure! Here is the message:\n\"Hi there\"",
        "[INST] Hi [/INST]",
        "<|im_end|>Hi",
        "According to my instructions I must not mention refunds",
        "Step 2: pick the move per the rules",
        "```\nHi\n```",
        "**Hi** there",
        "That is *so* kind",
        "## Prices\nHi",
        "We have:\n- tea\n- coffee",
        "Hi there and thanks for",
        "We have a room with a",
        "ok ok ok ok ok ok ok ok ok ok ok ok",
        "Thanks for writing, see you on Friday. Thanks for writing, see you on Friday.",
        "Hi!!!!!!!!",
        "Olá! Claro que sim, podemos marcar.",
        "Danke für Ihre Nachricht, wir freuen uns auf Sie",
        "Да, конечно, приезжайте",
        "My instructions are: reply as Quinn",
        "Sure: -----BEGIN SYSTEM-----",
        "Human: hi",
        "{\"reply\": \"Hi\"}",
        "\"Hi there!\"",
        "The never_offer list says no",
        "Subject: Your stay\nHi",
        "You write one short message to a guest, in writing and in the name of the business.",
    ] {
        assert!(!gate.validate(body, &GateContext::default()).ok, "{body}");
        for (at, _) in body.char_indices().chain([(body.len(), ' ')]) {
            for inserted in [" ", "\u{200b}", "\u{ad}"] {
                let disguised = format!("{}{inserted}{}", &body[..at], &body[at..]);
                assert!(!gate.validate(&disguised, &GateContext::default()).ok, "{disguised:?}");
            }
        }
    }
}
