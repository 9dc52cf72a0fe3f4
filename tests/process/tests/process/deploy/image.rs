//! `deploy/Dockerfile` and what it may see.

use std::collections::BTreeMap;

use cargo_metadata::MetadataCommand;

use super::{
    files::{passes, path, text, tool},
    role::Role,
};

/// The account of the image, which is also the owner of /data.
pub(super) const ACCOUNT: u64 = 65532;

/// The instructions of the Dockerfile, each on one line, without comments.
fn instructions() -> Vec<String> {
    let text = text("deploy/Dockerfile");
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let joined = lines.join("\n").replace("\\\n", " ");
    joined.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// The variables every container of the image has.
pub(super) fn variables() -> BTreeMap<String, String> {
    let instructions = instructions();
    let set = instructions.iter().filter_map(|line| line.strip_prefix("ENV "));
    set.flat_map(str::split_whitespace)
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The default of a build argument.
fn argument(name: &str) -> String {
    let prefix = format!("ARG {name}=");
    let found = instructions().into_iter().find_map(|line| line.strip_prefix(&prefix).map(str::to_owned));
    found.unwrap_or_else(|| panic!("no argument {name}"))
}

#[test]
fn the_dockerfile_has_no_known_fault() {
    passes(tool("hadolint").arg("--failure-threshold=style").arg(path("deploy/Dockerfile")));
}

#[test]
fn the_image_is_built_by_the_versions_the_workspace_names() {
    assert_eq!(argument("VERSION"), env!("CARGO_PKG_VERSION"));
    let least: Vec<u32> =
        env!("CARGO_PKG_RUST_VERSION").split('.').map(|part| part.parse().unwrap()).collect();
    let used: Vec<u32> =
        argument("RUST_VERSION").split('.').map(|part| part.parse().expect("a pinned version")).collect();
    assert!(used >= least, "{used:?} is older than {least:?}");
    // Who knows which commit runs: the build says it to the program, and the label to whoever holds the image.
    let instructions = instructions();
    assert!(instructions.iter().any(|line| line.contains("PROSPECTOR_BUILD_COMMIT=\"${COMMIT}\"")));
    assert!(instructions.iter().any(|line| line.contains("image.revision=\"${COMMIT}\"")));
}

#[test]
fn the_image_runs_as_nobody_and_checks_itself_with_a_command_it_has() {
    let instructions = instructions();
    let one = |name: &str| {
        let mut found = instructions.iter().filter_map(|line| line.strip_prefix(name));
        let last = found.next_back().unwrap_or_else(|| panic!("no {name}"));
        last.trim().to_owned()
    };
    assert_eq!(
        one("USER "),
        format!("{ACCOUNT}:{ACCOUNT}"),
        "by number, so that a cluster can see it is not root"
    );
    let words = |text: &str| -> Vec<String> { serde_json::from_str(text).unwrap() };
    let health = one("HEALTHCHECK ");
    let checked = words(health.split_once(" CMD ").unwrap().1);
    assert_eq!(checked[0], "prospector");
    assert_eq!(words(&one("ENTRYPOINT ")), ["/usr/local/bin/prospector"]);
    for args in [checked[1..].to_vec(), words(&one("CMD "))] {
        let role = Role { name: args.join(" "), args, variables: BTreeMap::new(), file: None };
        role.is_understood();
        role.config();
    }
}

#[test]
fn the_builder_sees_what_is_built_and_nothing_that_is_secret() {
    let text = text(".dockerignore");
    let rules: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(rules[0], "*", "only what is named is seen");
    let seen: Vec<&str> = rules.iter().filter_map(|rule| rule.strip_prefix('!')).collect();
    let metadata = MetadataCommand::new().manifest_path(path("Cargo.toml")).no_deps().exec().unwrap();
    for package in &metadata.packages {
        let relative = package.manifest_path.strip_prefix(&metadata.workspace_root).unwrap();
        let room = relative.components().next().unwrap();
        assert!(seen.contains(&room.as_str()), "cargo does not read the workspace without {room}");
    }
    for name in ["Cargo.toml", "Cargo.lock", "migrations", "LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(seen.contains(&name), "{name} is not seen");
    }
    assert!(!seen.iter().any(|name| name.starts_with("deploy") || name.starts_with(".env")));
}
