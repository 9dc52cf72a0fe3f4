//! Commands that measure texts: what they print is read by programs.

use prospector_domain::{example, facts::Facts};
use serde_json::{Value, json};

use crate::{
    house::{House, LONG, run, said},
    load::Inbound,
};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Two businesses in one file: the guesthouse, and one that never writes a price.
fn businesses() -> String {
    let house: Value = serde_json::from_str(&example::facts().to_json()).unwrap();
    let mut silent = house.clone();
    silent["price_in_writing"] = json!("never");
    json!({ "house": house, "silent": silent }).to_string()
}

#[test]
fn every_draft_of_a_file_gets_a_verdict_with_its_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    std::fs::write(file("facts.json"), businesses()).unwrap();
    let cases = [
        json!({"id": "1", "profile": "house", "body": "A double room is €90 per night.", "expect": "ok"}),
        json!({"id": 2, "profile": "house", "body": "Só €80 per night!", "expect": "hold"}),
        json!({"id": "3", "profile": "silent", "body": "A double room is €90 per night.", "note": "true"}),
        json!({"id": "4", "profile": "house", "inbound": "Would you take €60?", "body": "Deal!", "expect": "ok"}),
    ];
    std::fs::write(file("cases.jsonl"), cases.map(|case| format!("{case}\n")).concat()).unwrap();
    let words = ["gate", "--facts", "facts.json", "--file", "cases.jsonl"];

    let printed = lines(&said(&run(&folder, &[&words[..], &["--json"]].concat(), &[])));
    let verdicts: Vec<(&Value, &Value)> =
        printed.iter().map(|line| (&line["id"], &line["verdict"])).collect();
    let wanted = [
        (json!("1"), json!("ok")),
        (json!(2), json!("hold")),
        (json!("3"), json!("hold")),
        (json!("4"), json!("hold")),
    ];
    assert_eq!(verdicts, wanted.iter().map(|(id, verdict)| (id, verdict)).collect::<Vec<_>>());
    let violation = &printed[1]["violations"][0];
    assert_eq!(
        (
            &violation["code"],
            &violation["reason"],
            &violation["start"],
            &violation["end"],
            &violation["text"]
        ),
        (&json!("amount_unlicensed"), &json!("spec_conflict"), &json!(4), &json!(9), &json!("€80")),
        "bytes of the original text: {violation}"
    );
    assert!(violation["fact"].as_str().unwrap().contains("double room €90 per night"));
    let mention = &printed[0]["mentions"][0];
    assert_eq!(
        (&mention["kind"], &mention["value"], &mention["currency"]),
        (&json!("money"), &json!(90), &json!("EUR"))
    );
    assert_eq!(printed[2]["violations"][0]["code"], "price_in_writing");
    assert_eq!(printed[3]["violations"][0]["code"], "assent_to_wrong_price");

    let checked = run(&folder, &[&words[..], &["--check"]].concat(), &[]);
    assert_eq!(checked.status.code(), Some(1), "the fourth is not as expected: {checked:?}");
    let told = String::from_utf8(checked.stdout).unwrap();
    assert!(told.contains("4  hold  NOT AS EXPECTED"), "{told}");
    assert!(
        String::from_utf8(checked.stderr).unwrap().contains("4 drafts: 1 ok, 3 held, 2 as expected, 1 not")
    );
}

#[test]
fn what_cannot_be_measured_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("facts.json", &businesses());
    let refused = |cases: &str| {
        write("cases.jsonl", cases);
        let output = run(&folder, &["gate", "--facts", "facts.json", "--file", "cases.jsonl"], &[]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let why = refused("\n{\"id\": 1, \"profile\": \"house\"}\n");
    assert!(why.contains("cases.jsonl, line 2") && why.contains("body"), "{why}");
    let why = refused("{\"id\": 1, \"profile\": \"other\", \"body\": \"Hi\"}\n");
    assert!(why.contains("line 1") && why.contains("house, silent"), "{why}");
    let why = refused("{\"id\": 1, \"body\": \"Hi\"}\n");
    assert!(why.contains("`profile`"), "{why}");
    assert!(refused("").contains("holds no line"));
    write("facts.json", r#"{"currency": "euro"}"#);
    let why = refused("{\"id\": 1, \"body\": \"Hi\"}\n");
    assert!(why.contains("facts.json") && why.contains("`currency`"), "{why}");
}

#[test]
fn messages_of_a_file_are_read_by_rules() {
    let folder = tempfile::tempdir().unwrap();
    let texts = ["How much is a double room?", "STOP", "bus stop or hotel?"];
    let file: String = texts.iter().map(|text| format!("{}\n", json!({ "text": text }))).collect();
    std::fs::write(folder.path().join("messages.jsonl"), file).unwrap();
    let printed = lines(&said(&run(&folder, &["classify", "--file", "messages.jsonl", "--json"], &[])));
    assert_eq!((&printed[0]["intent"], &printed[0]["consent"]), (&json!("price_asked"), &json!("none")));
    assert_eq!(printed[1]["consent"], "opt_out");
    assert_eq!(printed[2]["consent"], "none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_facts_are_tried_on_recent_drafts_before_they_are_published() {
    let house = House::embedded().await;
    house.ask(&["settings", "mode", "draft"]);
    let up = house.start("up").await;
    let question = |number: usize| Inbound {
        id: format!("price-{number}"),
        thread: format!("price-{number}"),
        contact: format!("guest-{number}@example.com"),
        text: "How much is a double room?".to_owned(),
    };
    house.hand_in((0..2).map(question).collect()).await;
    prospector_testkit::wait_until("both are staged", LONG, async || {
        for id in house.accepted() {
            let view = house.store.candidate(id).await.ok()??;
            if view.drafts.is_empty() {
                return None;
            }
        }
        Some(())
    })
    .await;
    drop(up);
    let past = house.store.past_drafts(10).await.unwrap();
    assert!(past.iter().all(|past| past.draft.body.contains("€90")), "{past:?}");
    let dearer = house.path("dearer.toml");
    std::fs::write(&dearer, example::FACTS_TOML.replace("amount = 90", "amount = 95")).unwrap();
    let words = ["facts", "check", dearer.to_str().unwrap(), "--replay", "--json"];
    let output = house.run(&words);
    assert_eq!(output.status.code(), Some(1), "verdicts would change: {output:?}");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (told["drafts"].as_u64(), told["changes"].as_array().map(Vec::len)),
        (Some(2), Some(2)),
        "{told}"
    );
    let change = &told["changes"][0];
    assert_eq!((&change["now"]["ok"], &change["then"]["ok"]), (&json!(true), &json!(false)));
    assert_eq!(change["then"]["violations"][0]["text"], "€90");
    assert_eq!(house.store.facts().await.unwrap().version, 1, "nothing was published");

    let same = house.path("same.toml");
    std::fs::write(&same, example::FACTS_TOML).unwrap();
    let told = house.ask(&["facts", "check", same.to_str().unwrap(), "--replay"]);
    assert!(told.contains("0 of the last 2 drafts would change"), "{told}");
    assert_eq!(Facts::parse_toml(&house.ask(&["facts", "show"])).unwrap(), example::facts());
    let schema: Value = serde_json::from_str(&house.ask(&["facts", "schema"])).unwrap();
    assert!(schema["properties"]["never_offer"]["description"].as_str().unwrap().contains("never offered"));
}
