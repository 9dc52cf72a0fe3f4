//! The checks for phrases, measured on drafts of other businesses and on private messages, which are kept beside the
//! repository.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::{
    facts::Facts,
    gate::{Gate, GateContext, ViolationCode},
};

/// The codes of these checks, with the most false alarms among private messages, for both businesses together. Private
/// messages do say "call me" and "meet up", so that most alarms are right.
const CEILINGS: &[(ViolationCode, usize)] = &[
    (ViolationCode::ChannelNotOffered, 150),
    (ViolationCode::OtherChannel, 50),
    (ViolationCode::NeverOffer, 20),
    (ViolationCode::ServiceInWriting, 0),
];

/// Drafts about channels and about what is never offered.
fn is_ours(id: &str) -> bool {
    ("g074"..="g087").contains(&id) || ("g097"..="g106").contains(&id)
}

fn read_in_place(name: &str) -> Option<String> {
    let path = format!("{}/../../../shared/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {path} is not there");
    }
    text
}

fn gates() -> Option<BTreeMap<String, Gate>> {
    let profiles: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&read_in_place("gate/facts.json")?).unwrap();
    let gates = profiles.into_iter().map(|(name, profile)| {
        let facts = Facts::parse_json(&profile.to_string()).unwrap();
        (name, Gate::new(facts))
    });
    Some(gates.collect())
}

#[test]
fn drafts_of_other_businesses_are_read_as_wanted() {
    let (Some(gates), Some(cases)) = (gates(), read_in_place("gate/cases.jsonl")) else { return };
    let mut read = 0;
    let mut wrong = Vec::new();
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).unwrap();
        if !is_ours(case["id"].as_str().unwrap()) {
            continue;
        }
        read += 1;
        let gate = &gates[case["profile"].as_str().unwrap()];
        let context = GateContext { inbound: case["inbound"].as_str(), ..GateContext::default() };
        let verdict = gate.validate(case["body"].as_str().unwrap(), &context);
        if verdict.ok != (case["expect"] == "ok") {
            wrong.push(format!("{case}: {:?}", verdict.violations));
        }
    }
    assert!(read > 20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn private_messages_seldom_alarm() {
    let (Some(gates), Some(lines)) = (gates(), read_in_place("gate/sms_ham.txt")) else { return };
    let mut alarms: BTreeMap<ViolationCode, usize> = BTreeMap::new();
    let mut words: BTreeMap<ViolationCode, BTreeMap<String, usize>> = BTreeMap::new();
    for (line, gate) in lines.lines().flat_map(|line| gates.values().map(move |gate| (line, gate))) {
        let mut codes = BTreeSet::new();
        for violation in gate.validate(line, &GateContext::default()).violations {
            codes.insert(violation.code);
            *words.entry(violation.code).or_default().entry(violation.text.to_lowercase()).or_default() += 1;
        }
        codes.into_iter().for_each(|code| *alarms.entry(code).or_default() += 1);
    }
    for (code, ceiling) in CEILINGS {
        let mut commonest: Vec<_> = words.remove(code).unwrap_or_default().into_iter().collect();
        commonest.sort_by_key(|(_, count)| Reverse(*count));
        commonest.truncate(10);
        let alarms = alarms.get(code).copied().unwrap_or_default();
        eprintln!("{code}: {alarms} alarms, commonest {commonest:?}");
        assert!(alarms <= *ceiling, "{code}: {alarms} alarms, at most {ceiling} are expected");
    }
}
