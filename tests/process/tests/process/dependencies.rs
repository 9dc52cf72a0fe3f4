//! The rooms and the direction of their edges, as ARCHITECTURE.md draws them.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Which of our crates each of our crates may depend on, tests aside.
const MAY_USE: &[(&str, &[&str])] = &[
    ("prospector-domain", &[]),
    ("ai-harness", &[]),
    ("prospector-store", &["prospector-domain"]),
    ("prospector-queue", &["prospector-domain"]),
    ("prospector-runtime", &["prospector-domain", "ai-harness"]),
    ("prospector-worker", INNER),
    ("prospector-scheduler", INNER),
    ("prospector-api", INNER),
    ("prospector", ALL_ROLES),
    ("prospector-testkit", &["prospector-domain"]),
    ("prospector-process-tests", &[]),
];

const INNER: &[&str] =
    &["prospector-domain", "prospector-store", "prospector-queue", "prospector-runtime", "ai-harness"];
const ALL_ROLES: &[&str] = &[
    "prospector-domain",
    "prospector-store",
    "prospector-queue",
    "prospector-runtime",
    "ai-harness",
    "prospector-worker",
    "prospector-scheduler",
    "prospector-api",
];

/// Who may name a crate that belongs behind a wall.
const WALLS: &[(&str, &[&str])] = &[
    ("sqlx", &["prospector-store"]),
    ("redis", &["prospector-queue"]),
    ("apalis", &["prospector-queue", "prospector-worker"]),
    ("apalis-core", &["prospector-queue", "prospector-worker"]),
    ("apalis-redis", &["prospector-queue"]),
    ("reqwest", &["ai-harness", "prospector-worker", "prospector"]),
];

/// What the domain, which is pure, must never have.
const IMPURE: &[&str] = &["tokio", "sqlx", "rand", "reqwest", "axum", "tracing", "chrono"];

fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap();
    metadata
        .packages
        .iter()
        .map(|package| {
            let used = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal)
                .map(|dependency| dependency.name.clone())
                .collect();
            (package.name.to_string(), used)
        })
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    for (room, used) in edges() {
        let may = allowed
            .get(room.as_str())
            .unwrap_or_else(|| panic!("{room} is a new room: say here what it may use"));
        let ours = used.iter().filter(|name| allowed.contains_key(name.as_str()));
        for other in ours {
            assert!(may.contains(&other.as_str()), "{room} must not depend on {other}");
        }
    }
}

#[test]
fn each_wall_has_one_crate_behind_it() {
    for (room, used) in edges() {
        for (walled, who) in WALLS {
            assert!(!used.contains(*walled) || who.contains(&room.as_str()), "{room} must not name {walled}");
        }
    }
}

#[test]
fn the_domain_is_pure() {
    let edges = edges();
    let domain = &edges["prospector-domain"];
    for impure in IMPURE {
        assert!(!domain.contains(*impure), "prospector-domain must not name {impure}");
    }
}
