//! `prospector demo` and `prospector bench`, run to their end as a newcomer does.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::house::{run, said};

/// The last line of what a command printed, as JSON.
fn json(printed: &str) -> Value {
    serde_json::from_str(printed.lines().last().expect("it prints a line")).unwrap()
}

fn adds_up(totals: &Value, inbound: usize) {
    let count = |name: &str| totals[name].as_u64().unwrap_or_else(|| panic!("{name} in {totals}"));
    assert_eq!(count("inbound"), inbound as u64, "{totals}");
    assert_eq!(
        count("accepted"),
        count("superseded") + count("sent") + count("pending_review") + count("held"),
        "{totals}"
    );
    assert_eq!((count("lost"), count("duplicates")), (0, 0), "{totals}");
    let by_reason: u64 =
        totals["held_by_reason"].as_object().unwrap().values().map(|held| held.as_u64().unwrap()).sum();
    assert_eq!(by_reason, count("held"), "{totals}");
    assert!(totals["seconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn the_sample_comes_to_rest_and_the_totals_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let totals = json(&said(&run(&folder, &["demo", "--json"], &[])));
    let messages = prospector_domain::example::MESSAGES_JSONL.lines().filter(|line| !line.trim().is_empty());
    adds_up(&totals, messages.count());
    for outcome in ["sent", "pending_review", "held", "superseded"] {
        assert!(totals[outcome].as_u64() > Some(0), "the sample has something of everything: {totals}");
    }
    for reason in ["opted_out", "safety", "human_takeover"] {
        assert!(totals["held_by_reason"][reason].as_u64() > Some(0), "{reason}: {totals}");
    }
}

/// Real messages are kept beside the project and not in it, so that this runs only where they are.
#[test]
fn real_messages_of_a_hotel_come_to_rest() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hotel/inbound.jsonl");
    let Ok(messages) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: there is no {}", file.display());
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let output = run(&folder, &["demo", "--json", "--file", file.to_str().unwrap()], &[]);
    adds_up(&json(&said(&output)), messages.lines().count());
    let notes = String::from_utf8_lossy(&output.stderr);
    assert_eq!(notes.matches("fields that are not used are ignored").count(), 1, "{notes}");
}

#[test]
fn a_bad_file_is_refused_whole_with_line_and_field() {
    for (bad, expected) in [
        ("{\"text\": \"hello\"}\n{\"text\": 4}\n", "line 2: field `text` must be a string, got a number"),
        ("{\"text\": \"hello\"}\n{\"text\": \"a\", \"channel\": \"S M S\"}\n", "line 2: field `channel`"),
        ("{\"text\": \"hello\"}\n{\"te", "line 2 is not valid JSON"),
        ("", "there is no message in it"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bad.jsonl"), bad).unwrap();
        let output = run(&folder, &["demo", "--json", "--file", "bad.jsonl"], &[]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(expected), "{said}");
        assert_eq!(files(&folder), ["bad.jsonl"], "nothing was written");
        assert!(output.stdout.is_empty());
    }
}

fn files(folder: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_bench_leaves_nothing_over() {
    let folder = tempfile::tempdir().unwrap();
    let measured = json(&said(&run(&folder, &["bench", "pipeline", "--jobs", "500", "--json"], &[])));
    assert_eq!((&measured["jobs"], &measured["left"]), (&Value::from(500), &Value::from(0)));
    for field in ["jobs_per_s", "pickup_p50_ms", "pickup_p99_ms"] {
        assert!(measured[field].as_f64().unwrap() > 0.0, "{measured}");
    }
    assert!(files(&folder).is_empty(), "it cleans up: {:?}", files(&folder));
}
