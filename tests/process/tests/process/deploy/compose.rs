//! `deploy/compose`: fits the schema, and says to the program what the program understands.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use prospector_runtime::config::{Config, ProviderKind};
use serde_json::Value;

use super::{
    files::{list, passes, path, text, tool, variables, word, words, yaml},
    role::{Role, SIGNING_SECRET, is_pinned, is_secret},
};

pub(super) const FILE: &str = "deploy/compose/compose.yaml";
const EXAMPLE: &str = "deploy/compose/.env.example";
const SETTINGS: &str = "deploy/compose/prospector.toml";
/// Commands that end by themselves, or that read no settings.
const NO_ROLES: [&str; 2] = ["migrate", "sink"];

pub(super) fn services() -> Vec<(String, Value)> {
    let file = yaml(FILE).pop().unwrap();
    let services = file["services"].as_object().unwrap();
    services.iter().map(|(name, service)| (name.clone(), service.clone())).collect()
}

/// What somebody fills in who does no more than must be done.
pub(super) fn answers() -> BTreeMap<String, String> {
    let mut answers: BTreeMap<String, String> = variables(&text(EXAMPLE)).into_iter().collect();
    for (name, value) in &mut answers {
        assert!(value.is_empty(), "{name} has a default in {EXAMPLE}");
        *value = match name.as_str() {
            "BRIDGE_URL" => "https://bridge.example.com/hooks".to_owned(),
            "BRIDGE_SECRET" => SIGNING_SECRET.to_owned(),
            _ => "0123456789abcdef".to_owned(),
        };
    }
    answers
}

/// A reference to a variable in a text.
struct Reference<'a> {
    name: &'a str,
    /// `:?` and words, `:-` and a default, or nothing.
    rest: &'a str,
}

/// The references in `text`, each with the text before it; and the text after the last.
fn references(text: &str) -> (Vec<(&str, Reference<'_>)>, &str) {
    let (mut found, mut left) = (Vec::new(), text);
    while let Some(at) = left.find("${") {
        let end = at + left[at..].find('}').expect("a reference is closed");
        let inner = &left[at + 2..end];
        let name_end = inner.find(':').unwrap_or(inner.len());
        let (name, rest) = inner.split_at(name_end);
        found.push((&left[..at], Reference { name, rest }));
        left = &left[end + 1..];
    }
    (found, left)
}

/// `text` as Compose hands it on when `answers` are in `.env`.
fn filled_in(text: &str, answers: &BTreeMap<String, String>) -> String {
    let (found, after) = references(text);
    let mut filled = String::new();
    for (before, reference) in found {
        filled += before;
        match (answers.get(reference.name), reference.rest.strip_prefix(":-")) {
            (Some(answer), _) => filled += answer,
            (None, Some(default)) => filled += default,
            (None, None) => panic!("{} has no answer and no default", reference.name),
        }
    }
    (filled + after).replace("$$", "$")
}

/// The containers of our image.
pub(super) fn roles(answers: &BTreeMap<String, String>) -> Vec<Role> {
    let ours = services().into_iter().filter(|(_, service)| service.get("build").is_some());
    let role = |(name, service): (String, Value)| {
        let given = service["environment"].as_object().unwrap();
        let value = |value: &Value| filled_in(value.as_str().expect("a text"), answers);
        let variables: BTreeMap<String, String> =
            given.iter().map(|(name, given)| (name.clone(), value(given))).collect();
        let file = variables.get("PROSPECTOR_CONFIG").map(|file| {
            let mounts = words(&service, "/volumes");
            assert!(mounts.contains(&format!("./prospector.toml:{file}:ro")), "{name}: {mounts:?}");
            path(SETTINGS)
        });
        Role { args: words(&service, "/command"), name, variables, file }
    };
    ours.map(role).collect()
}

fn configured(answers: &BTreeMap<String, String>, name: &str) -> Config {
    roles(answers).into_iter().find(|role| role.name == name).unwrap().config()
}

#[test]
fn compose_fits_the_schema() {
    passes(tool("check-jsonschema").args(["--builtin-schema", "vendor.compose-spec"]).arg(path(FILE)));
}

#[test]
fn every_container_of_compose_is_told_what_the_program_understands() {
    let roles = roles(&answers());
    let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["migrate", "api", "worker", "scheduler", "sink"]);
    for role in &roles {
        role.is_understood();
        if role.name != "sink" {
            let config = role.config();
            assert!(config.database.url.expose().starts_with("postgres://"), "{}", role.name);
            assert_eq!(config.dispatch.sink_for("sms"), Some("bridge"), "{}", role.name);
        }
        assert_eq!(role.port(), (!NO_ROLES.contains(&role.name.as_str())).then_some(8080), "{}", role.name);
    }
}

#[test]
fn engines_are_turned_on_by_answers_alone() {
    let with = |more: &[(&str, &str)]| {
        let mut answers = answers();
        answers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        answers
    };
    assert_eq!(configured(&answers(), "scheduler").engine.provider, ProviderKind::None);
    let own = with(&[("ENGINE_PROVIDER", "static"), ("GPU_INFERENCE_URL", "http://model:8000")]);
    assert_eq!(configured(&own, "scheduler").engine.provider, ProviderKind::Static);
    let rented = with(&[("ENGINE_PROVIDER", "digitalocean"), ("DIGITALOCEAN_TOKEN", "t")]);
    let scheduler = configured(&rented, "scheduler");
    assert_eq!(scheduler.engine.provider, ProviderKind::DigitalOcean);
    for role in ["api", "worker", "migrate"] {
        let config = configured(&rented, role);
        assert!(config.engine.digitalocean_token.is_none(), "{role} must not hold the provider's token");
    }
}

#[test]
fn nothing_in_compose_has_a_secret_or_a_default_for_one() {
    let file = text(FILE);
    let (found, _) = references(&file);
    let named: BTreeSet<&str> = found.iter().map(|(_, reference)| reference.name).collect();
    let example = text(EXAMPLE);
    let offered: BTreeSet<&str> = example.lines().filter_map(offered).collect();
    assert_eq!(named, offered, "what compose.yaml asks for is what .env.example explains");
    for (_, Reference { name, rest }) in &found {
        if is_secret(name) {
            assert!(rest.starts_with(":?") || *rest == ":-", "{name} has a default: {rest}");
        }
    }
    for (service, value) in services() {
        for (name, value) in value["environment"].as_object().into_iter().flatten() {
            let value = value.as_str().expect("a text");
            if is_secret(name) {
                assert!(value.starts_with("${"), "{service} holds the secret {name}");
            }
            if let Some((credentials, _)) = value.split_once('@') {
                let password = credentials.rsplit("://").next().unwrap().split_once(':').unwrap().1;
                assert!(password.starts_with("${"), "{service} holds the password of {name}");
            }
        }
    }
    assert!(text(".gitignore").lines().any(|line| line == "/deploy/compose/.env"));
}

/// The variable a line of the example gives or offers.
fn offered(line: &str) -> Option<&str> {
    let (name, _) = line.trim_start_matches('#').split_once('=')?;
    name.chars().all(|c| c.is_ascii_uppercase() || c == '_').then_some(name)
}

#[test]
fn every_container_of_compose_is_confined_and_ends_in_time() {
    let drain = configured(&answers(), "worker").worker.drain_timeout();
    for (name, service) in services() {
        assert_eq!(service["read_only"], true, "{name} writes to its own files");
        assert_eq!(words(&service, "/cap_drop"), ["ALL"], "{name}");
        assert_eq!(words(&service, "/security_opt"), ["no-new-privileges:true"], "{name}");
        assert!(service.get("privileged").is_none() && service.get("cap_add").is_none(), "{name}");
        let limits = &service["deploy"]["resources"]["limits"];
        assert!(
            ["cpus", "memory", "pids"].iter().all(|limit| limits.get(limit).is_some()),
            "{name}: {limits}"
        );
        assert!(service.get("restart").is_some() && service.get("logging").is_some(), "{name}");
        is_pinned(&filled_in(word(&service, "/image"), &answers()));
        for port in words(&service, "/ports") {
            assert!(
                filled_in(&port, &answers()).starts_with("127.0.0.1:"),
                "{name} listens to the world: {port}"
            );
        }
        let grace = word(&service, "/stop_grace_period").strip_suffix('s').unwrap();
        if service.get("build").is_some() {
            assert!(Duration::from_secs(grace.parse().unwrap()) > drain, "{name} is killed while it drains");
            assert_eq!(
                word(&service, "/image"),
                format!("${{IMAGE:-prospector:{}}}", env!("CARGO_PKG_VERSION"))
            );
        }
    }
}

#[test]
fn roles_start_when_the_schema_is_there_and_say_how_they_are() {
    for (name, service) in services() {
        let waits = |on: &str| service["depends_on"][on]["condition"].as_str().map(str::to_owned);
        match name.as_str() {
            "api" | "worker" | "scheduler" => {
                assert_eq!(waits("migrate").as_deref(), Some("service_completed_successfully"), "{name}");
                assert_eq!(words(&service, "/healthcheck/test"), ["CMD", "prospector", "health"], "{name}");
            }
            "migrate" => assert_eq!(waits("postgres").as_deref(), Some("service_healthy")),
            // Its image has nothing to ask itself with.
            "jaeger" | "sink" => {}
            _ => assert!(!list(&service, "/healthcheck/test").is_empty(), "{name} does not say how it is"),
        }
    }
}

#[test]
fn the_database_of_compose_has_room_for_every_connection() {
    // Postgres' own default, less what it keeps for its administrator.
    const ROOM: u64 = 100 - 3;
    let replicas: u64 = services()
        .iter()
        .filter(|(name, _)| ["api", "worker", "scheduler"].contains(&name.as_str()))
        .map(|(_, service)| service["deploy"]["replicas"].as_u64().unwrap_or(1))
        .sum();
    let each = u64::from(configured(&answers(), "worker").database.max_connections);
    assert!(replicas * each <= ROOM, "{replicas} processes of {each} connections");
}
