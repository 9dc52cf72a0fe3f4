//! Labelled drafts of two businesses.

use prospector_domain::gate::{Conflict, GateContext};
use serde::Deserialize;

use crate::in_place::{businesses, rows};

#[derive(Deserialize)]
struct Case {
    id: String,
    profile: String,
    inbound: Option<String>,
    body: String,
    expect: String,
    /// Why it is held: at least for these.
    codes: Vec<Conflict>,
}

#[test]
fn every_labelled_draft_is_read_as_people_read_it() {
    let (Some(businesses), Some(cases)) = (businesses(), rows::<Case>("gate/cases.jsonl")) else { return };
    let mut wrong = Vec::new();
    for case in &cases {
        let context = GateContext { inbound: case.inbound.as_deref(), ..GateContext::default() };
        let verdict = businesses[&case.profile].validate(&case.body, &context);
        let has = |code: &Conflict| verdict.violations.iter().any(|violation| violation.reason == *code);
        if verdict.ok != (case.expect == "ok") || !case.codes.iter().all(has) {
            wrong.push(format!("{} {:?}: {:?}", case.id, case.body, verdict.violations));
        }
    }
    assert!(cases.len() >= 139, "{} cases", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
