//! The checks for phrases, measured on drafts of other businesses and on private messages, which are kept beside the
//! repository.

use std::collections::BTreeMap;

use crate::{
    facts::Facts,
    gate::{Gate, GateContext, ViolationCode},
};

/// The codes of these checks, with the most false alarms among private messages, for both businesses together. Private
/// messages do say "call me" and "meet up", so that most alarms are right.
const CEILINGS: &[(ViolationCode, usize)] = &[
    (ViolationCode::ChannelNotOffered, 400),
    (ViolationCode::OtherChannel, 60),
    (ViolationCode::NeverOffer, 30),
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
    for (code, ceiling) in CEILINGS {
        let mut commonest: BTreeMap<String, usize> = BTreeMap::new();
        let mut alarms = 0;
        for line in lines.lines() {
            for gate in gates.values() {
                let verdict = gate.validate(line, &GateContext::default());
                let ours: Vec<_> = verdict.violations.iter().filter(|one| one.code == *code).collect();
                alarms += usize::from(!ours.is_empty());
                for violation in ours {
                    *commonest.entry(violation.text.to_lowercase()).or_default() += 1;
                }
            }
        }
        let mut commonest: Vec<_> = commonest.into_iter().collect();
        commonest.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        eprintln!("{code}: {alarms} alarms, commonest {:?}", &commonest[..commonest.len().min(10)]);
        assert!(alarms <= *ceiling, "{code}: {alarms} alarms, at most {ceiling} are expected");
    }
}
