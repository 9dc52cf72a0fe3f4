//! How many of the world's towns are seen as places.

use prospector_domain::gate::{GateContext, ViolationCode};

use crate::in_place::{businesses, text};

#[test]
fn towns_of_the_world() {
    let (Some(businesses), Some(towns)) = (businesses(), text("places/cities_pop50k.tsv")) else {
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
