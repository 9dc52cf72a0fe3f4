//! `script` against shell scripts.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use ai_harness::providers::{
    MachineRef, OfferSettings, Provider as _, ProviderErrorKind as Kind, ScriptProvider, ScriptSettings,
};
use prospector_testkit::wait_until;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{DEADLINE, files, installation, order};

/// A machine is a file named after it, which holds what `create` was given.
const CREATE: &str = r#"
set -eu
[ "$PROSPECTOR_REGION" = local ] || { echo '{"detail":"there is no such region"}'; exit 14; }
cat >"$1/$PROSPECTOR_NAME.machine"
printf '{"reference":"%s"}' "$PROSPECTOR_NAME"
"#;
const LIST: &str = r#"
set -eu
cd "$1"
comma=
printf '{"machines":['
for file in *.machine; do
  [ -e "$file" ] || continue
  name=${file%.machine}
  printf '%s{"reference":"%s","name":"%s","state":"running","base_url":"http://127.0.0.1:9",' "$comma" "$name" "$name"
  printf '"region":"local","size":"default","created_at_ms":1772366400000}'
  comma=,
done
printf ']}'
"#;
const DESTROY: &str = r#"
set -eu
rm -f "$1/$PROSPECTOR_REFERENCE.machine"
"#;

/// Scripts in a temporary folder, which is also the account they rent from.
pub(crate) struct Scripts(TempDir);

impl Scripts {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn settings(&self) -> ScriptSettings {
        ScriptSettings {
            create: self.script("create", CREATE),
            list: self.script("list", LIST),
            destroy: self.script("destroy", DESTROY),
            ..ScriptSettings::default()
        }
    }

    pub(crate) fn machines(&self) -> Vec<String> {
        let names = files(self.folder(), ".machine");
        names.iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn script(&self, name: &str, text: &str) -> Vec<String> {
        let path = self.folder().join(name);
        fs::write(&path, text).unwrap();
        [Path::new("sh"), &path, self.folder()].map(|part| part.to_string_lossy().into_owned()).to_vec()
    }

    /// A provider whose `create` is this script.
    fn creating(&self, text: &str) -> ScriptProvider {
        let settings = ScriptSettings { create: self.script("special", text), ..self.settings() };
        ScriptProvider::new(installation(), settings).unwrap()
    }
}

fn any_order() -> ai_harness::providers::Order {
    order(Uuid::from_u128(1), OfferSettings::default().offer())
}

#[tokio::test]
async fn it_is_told_everything() {
    let scripts = Scripts::new();
    let provider = ScriptProvider::new(installation(), scripts.settings()).unwrap();
    let machine = provider.create(&any_order()).await.unwrap();
    let told = fs::read_to_string(scripts.folder().join(format!("{machine}.machine"))).unwrap();
    insta::assert_json_snapshot!(serde_json::from_str::<serde_json::Value>(&told).unwrap());
}

#[tokio::test]
async fn exit_codes_say_what_happened() {
    let scripts = Scripts::new();
    let cases = [
        (10, Kind::NoCapacity, Kind::NoCapacity),
        (11, Kind::Throttled, Kind::Throttled),
        (12, Kind::Unavailable, Kind::Unavailable),
        (13, Kind::Unauthorized, Kind::Unauthorized),
        (14, Kind::Refused, Kind::Refused),
        (15, Kind::AnswerUnknown, Kind::AnswerUnknown),
        // A script that broke somewhere may have created something.
        (1, Kind::AnswerUnknown, Kind::Unavailable),
        (127, Kind::AnswerUnknown, Kind::Unavailable),
    ];
    for (code, of_create, of_others) in cases {
        let text = format!("echo '{{\"detail\":\"because\",\"retry_after_s\":7}}'; exit {code}");
        let refused = scripts.creating(&text).create(&any_order()).await.unwrap_err();
        assert_eq!(refused.kind, of_create, "{code}");
        assert_eq!(refused.detail, format!("script create: ended with code {code}: because"));
        assert_eq!(refused.retry_after.unwrap().as_secs(), 7);

        let argv = scripts.script("broken", &format!("echo because >&2; exit {code}"));
        let settings = ScriptSettings { list: argv.clone(), destroy: argv, ..scripts.settings() };
        let provider = ScriptProvider::new(installation(), settings).unwrap();
        let refused = provider.list().await.unwrap_err();
        assert_eq!((refused.kind, refused.retry_after), (of_others, None), "{code}");
        assert_eq!(refused.detail, format!("script list: ended with code {code}: because"));
        assert_eq!(provider.destroy(&MachineRef("x".to_owned())).await.unwrap_err().kind, of_others);
    }
    assert_eq!(scripts.machines(), Vec::<String>::new());
}

#[tokio::test]
async fn a_script_that_hangs_is_stopped_with_all_it_started() {
    let scripts = Scripts::new();
    let settings = ScriptSettings {
        create: scripts.script("hanging", "sleep 1000 & echo $! >\"$1/child\"; wait"),
        create_timeout_ms: 300,
        ..scripts.settings()
    };
    let provider = ScriptProvider::new(installation(), settings).unwrap();
    let stopped = provider.create(&any_order()).await.unwrap_err();
    assert_eq!(
        (stopped.kind, stopped.detail.as_str()),
        (Kind::AnswerUnknown, "script create: stopped after 300 ms")
    );
    let child = fs::read_to_string(scripts.folder().join("child")).unwrap();
    wait_until("the script's own child has ended", DEADLINE, async || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
        // Z is one that has ended and is waiting to be asked for its exit code.
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_no_answer_is_an_unknown_answer() {
    let scripts = Scripts::new();
    for text in ["yes", "echo created", "echo '{}'", "kill -KILL $$"] {
        let unknown = scripts.creating(text).create(&any_order()).await.unwrap_err();
        assert_eq!(unknown.kind, Kind::AnswerUnknown, "{text}: {unknown}");
    }
    let settings =
        ScriptSettings { list: scripts.script("special", "echo '{\"machines\":7}'"), ..scripts.settings() };
    let provider = ScriptProvider::new(installation(), settings).unwrap();
    assert_eq!(provider.list().await.unwrap_err().kind, Kind::Unavailable);
    // It is never taken for an empty list, and nothing is created while nobody knows what is there.
    assert_eq!(provider.create(&any_order()).await.unwrap_err().kind, Kind::Unavailable);
}

#[tokio::test]
async fn the_key_is_not_in_errors_whatever_the_script_prints() {
    let scripts = Scripts::new();
    let refused = scripts.creating("set -x; : $LLM_API_KEY; exit 14").create(&any_order()).await.unwrap_err();
    assert!(refused.detail.ends_with("+ exit 14") && refused.detail.contains("***"), "{refused}");
    assert!(!refused.detail.contains("node-key"), "{refused}");
}

#[tokio::test]
async fn what_cannot_be_started_has_done_nothing() {
    let scripts = Scripts::new();
    let script = scripts.folder().join("not-executable");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o600)).unwrap();
    for program in [script.to_string_lossy().into_owned(), "/nowhere/create".to_owned()] {
        let settings = ScriptSettings { create: vec![program], ..scripts.settings() };
        let provider = ScriptProvider::new(installation(), settings).unwrap();
        let refused = provider.create(&any_order()).await.unwrap_err();
        assert_eq!(refused.kind, Kind::Refused, "{refused}");
    }
}

#[test]
fn settings_without_scripts_are_refused() {
    let refused = ScriptProvider::new(installation(), ScriptSettings::default()).unwrap_err().to_string();
    for field in ["create", "list", "destroy"] {
        assert!(refused.contains(&format!("{field} names no program")), "{refused}");
    }
}
