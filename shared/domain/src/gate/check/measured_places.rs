//! How well places, dates, addresses and contacts are told from ordinary words. The data is read in place; where it is
//! missing the tests say so and pass.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

use crate::{
    facts::Facts,
    gate::{Conflict, Gate, GateContext, ViolationCode},
};

/// The codes measured here, each with the most finds per thousand short messages that are put up with. Private messages
/// do speak of other towns, and do quote telephone numbers.
const CEILINGS: &[(ViolationCode, f64)] = &[
    (ViolationCode::PlaceUnlicensed, 25.0),
    (ViolationCode::DateOutsideWindow, 2.0),
    (ViolationCode::AddressUnlicensed, 2.0),
    (ViolationCode::PhoneLeak, 2.0),
    (ViolationCode::EmailLeak, 2.0),
    (ViolationCode::LinkLeak, 8.0),
    (ViolationCode::HandleLeak, 2.0),
    (ViolationCode::BankDetailsLeak, 1.0),
];

fn read_in_place(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    text
}

fn businesses() -> Option<BTreeMap<String, Gate>> {
    let profiles: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&read_in_place("gate/facts.json")?).unwrap();
    let gate = |profile: &serde_json::Value| Gate::new(Facts::parse_json(&profile.to_string()).unwrap());
    Some(profiles.iter().map(|(name, profile)| (name.clone(), gate(profile))).collect())
}

#[test]
fn short_messages_of_real_people() {
    let (Some(businesses), Some(lines)) = (businesses(), read_in_place("gate/sms_ham.txt")) else { return };
    let gate = &businesses["A"];
    let total = lines.lines().count();
    let mut found: BTreeMap<ViolationCode, usize> = BTreeMap::new();
    for line in lines.lines() {
        let mut violations = gate.validate(line, &GateContext::default()).violations;
        violations.retain(|violation| CEILINGS.iter().any(|(code, _)| *code == violation.code));
        violations.dedup_by_key(|violation| violation.code);
        for violation in violations {
            *found.entry(violation.code).or_default() += 1;
            eprintln!("{} {:?}: {line}", violation.code, violation.text);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    for (code, ceiling) in CEILINGS {
        let count = found.get(code).copied().unwrap_or(0);
        let rate = count as f64 * 1000.0 / total as f64;
        eprintln!("{code}: {count} of {total}, {rate:.1} per thousand");
        assert!(rate <= *ceiling, "{code}: {rate:.1} per thousand, more than {ceiling}");
    }
}

#[derive(Deserialize)]
struct Case {
    id: String,
    profile: String,
    inbound: Option<String>,
    body: String,
    expect: String,
    codes: Vec<Conflict>,
}

#[test]
fn labelled_drafts() {
    let (Some(businesses), Some(cases)) = (businesses(), read_in_place("gate/cases.jsonl")) else { return };
    let mut wrong = Vec::new();
    for case in cases.lines().map(|line| serde_json::from_str::<Case>(line).unwrap()) {
        let number: u32 = case.id[1..].parse().unwrap();
        let context = GateContext { inbound: case.inbound.as_deref(), ..GateContext::default() };
        let verdict = businesses[&case.profile].validate(&case.body, &context);
        let mine: Vec<_> =
            verdict.violations.iter().filter(|v| CEILINGS.iter().any(|(code, _)| *code == v.code)).collect();
        let is_ours = matches!(number, 44..=48 | 62..=73 | 88..=96);
        let is_right = match (case.expect.as_str(), is_ours) {
            // What others judge must not be held for one of our reasons, unless it is held anyway.
            (expect, false) => expect == "hold" || mine.is_empty(),
            ("ok", true) => verdict.ok,
            _ => mine.iter().any(|violation| case.codes.contains(&violation.reason)),
        };
        if !is_right {
            wrong.push(format!("{} {:?}: {:?}", case.id, case.body, verdict.violations));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn towns_of_the_world() {
    let (Some(businesses), Some(towns)) = (businesses(), read_in_place("places/cities_pop50k.tsv")) else {
        return;
    };
    let gate = &businesses["B"];
    // A fifth of them tells as much, sooner.
    let names: Vec<&str> =
        towns.lines().skip(1).step_by(5).filter_map(|line| line.split('\t').next()).collect();
    for (frame, least) in
        [("I'm in {} that week", 97), ("happy to travel to {} for you", 97), ("i'll be in {} on monday", 10)]
    {
        let is_small = frame.starts_with('i');
        let mut missed = Vec::new();
        for name in &names {
            let name = if is_small { name.to_lowercase() } else { (*name).to_owned() };
            let verdict = gate.validate(&frame.replace("{}", &name), &GateContext::default());
            if !verdict.violations.iter().any(|violation| violation.code == ViolationCode::PlaceUnlicensed) {
                missed.push(name);
            }
        }
        let caught = (names.len() - missed.len()) * 1000 / names.len();
        let some: Vec<_> = missed.iter().take(40).collect();
        eprintln!("{frame}: {}.{} % of {}; missed {some:?}", caught / 10, caught % 10, names.len());
        assert!(caught >= least * 10, "{frame}: {caught} of 1000");
    }
}
