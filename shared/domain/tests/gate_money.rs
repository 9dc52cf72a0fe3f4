//! How well the gate finds money: measured over data that is not part of the project, and skipped where it is missing.
//!
//! The floors lie a little below what was measured, so that a change which loses ground is seen.

use std::{fs, path::PathBuf, str::FromStr as _};

use prospector_domain::{
    facts::Facts,
    gate::{Gate, GateContext, Mention, MentionKind},
};
use rust_decimal::Decimal;
use serde_json::Value;

/// The lines of a data file; none, with a word about it, when it is not there.
fn lines(file: &str) -> Option<Vec<String>> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(file);
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(text.lines().map(str::to_owned).collect())
}

fn rows(file: &str) -> Option<Vec<Value>> {
    let lines = lines(file)?;
    Some(lines.iter().map(|line| serde_json::from_str(line).expect("a line of the data is JSON")).collect())
}

/// A business that counts in a currency and sells one thing.
fn gate_of(currency: &str) -> Gate {
    let json = format!(
        r#"{{"currency": "{currency}", "rates": [{{"service": "room", "amount": 90, "per": "night"}}]}}"#
    );
    Gate::new(Facts::parse_json(&json).expect("facts of a test"))
}

fn money(gate: &Gate, body: &str) -> Vec<Mention> {
    let mentions = gate.validate(body, &GateContext::default()).mentions;
    mentions.into_iter().filter(|mention| mention.kind == MentionKind::Money).collect()
}

fn values(mention: &Mention) -> Vec<Decimal> {
    mention.value.into_iter().chain(mention.values.iter().copied()).map(|value| value.normalize()).collect()
}

fn shown(mentions: &[Mention]) -> Vec<String> {
    mentions.iter().map(|m| format!("{:?} = {:?} {:?}", m.text, values(m), m.currency)).collect()
}

/// What share of the rows passed, said aloud.
fn share(what: &str, good: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand rows")]
    let share = good as f64 / of.max(1) as f64;
    eprintln!("{what}: {good} of {of}, {:.1}%", share * 100.0);
    share
}

#[test]
fn amounts_in_english_are_found_and_read() {
    let Some(rows) = rows("money/duckling_en.jsonl") else { return };
    let (mut found, mut exact, mut all, mut false_alarms) = (0, 0, 0, 0);
    for row in &rows {
        let (text, expect) = (row["text"].as_str().unwrap(), &row["expect"]);
        let named = expect["currency"].as_str().unwrap_or("USD");
        let home = match named {
            "Pound" => "GBP",
            "Dinar" => "KWD",
            "Riyal" => "SAR",
            "Rial" => "OMR",
            code if code.len() == 3 => code,
            _ => "USD",
        };
        let mentions = money(&gate_of(home), text);
        if expect.is_null() {
            false_alarms += usize::from(!mentions.is_empty());
            continue;
        }
        all += 1;
        found += usize::from(!mentions.is_empty());
        // Cents are counted in hundredths of the currency here.
        let scale = if named == "Cent" { Decimal::ONE_HUNDRED } else { Decimal::ONE };
        let wanted: Vec<Decimal> = expect["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| (Decimal::from_str(&value.to_string()).unwrap() / scale).normalize())
            .collect();
        let is_exact = matches!(&mentions[..], [one] if values(one) == wanted && one.currency.is_some_and(|c| c.code() == home));
        exact += usize::from(is_exact);
        if !is_exact {
            eprintln!("  {text:?}: wanted {wanted:?} {home}, found {:?}", shown(&mentions));
        }
    }
    assert!(share("found", found, all) > 0.97);
    assert!(share("read exactly", exact, all) > 0.97);
    assert_eq!(false_alarms, 0);
}

#[test]
fn prices_as_shops_write_them_are_read() {
    let Some(rows) = rows("money/price_parser_examples.jsonl") else { return };
    let gate = gate_of("EUR");
    let (mut found, mut exact, mut all) = (0, 0, 0);
    for row in &rows {
        let fields = (row["text"].as_str(), row["currency"].as_str(), row["amount"].as_str());
        let (Some(text), Some(currency), Some(amount)) = fields else { continue };
        // Where the sign stands elsewhere on the page the text is a bare number.
        if !text.contains(currency) {
            continue;
        }
        all += 1;
        let mentions = money(&gate, text);
        found += usize::from(!mentions.is_empty());
        let wanted = Decimal::from_str(amount).unwrap().normalize();
        let is_exact = mentions.first().is_some_and(|mention| values(mention).first() == Some(&wanted));
        exact += usize::from(is_exact);
        if !is_exact {
            eprintln!("  {text:?}: wanted {wanted}, found {:?}", shown(&mentions));
        }
    }
    assert!(share("found", found, all) > 0.85);
    assert!(share("read exactly", exact, all) > 0.85);
}

#[test]
fn ordinary_messages_speak_of_money_rarely() {
    let Some(lines) = lines("gate/sms_ham.txt") else { return };
    let gate = gate_of("EUR");
    let with_money = lines.iter().filter(|line| {
        let found = money(&gate, line);
        for mention in &found {
            eprintln!("  {:?} in {line:?}", mention.text);
        }
        !found.is_empty()
    });
    let count = with_money.count();
    assert!(share("messages with money", count, lines.len()) < 0.05);
}

#[test]
fn the_cases_about_money_are_decided_as_people_decided_them() {
    let (Some(rows), Some(facts)) = (rows("gate/cases.jsonl"), lines("gate/facts.json")) else { return };
    let facts: Value = serde_json::from_str(&facts.concat()).unwrap();
    let mut wrong = Vec::new();
    let is_money = |id: &str| id <= "g061" || matches!(id, "g136" | "g139");
    for row in rows.iter().filter(|row| is_money(row["id"].as_str().unwrap())) {
        let profile = &facts[row["profile"].as_str().unwrap()];
        let gate = Gate::new(Facts::parse_json(&profile.to_string()).unwrap());
        let context = GateContext { inbound: row["inbound"].as_str(), ..GateContext::default() };
        let verdict = gate.validate(row["body"].as_str().unwrap(), &context);
        let reasons: Vec<String> = verdict.violations.iter().map(|v| v.reason.to_string()).collect();
        let codes = row["codes"].as_array().unwrap();
        let wanted: Vec<&str> = codes.iter().map(|code| code.as_str().unwrap()).collect();
        let has_reason = |code: &&str| reasons.iter().any(|reason| reason == code);
        if verdict.ok != wanted.is_empty() || !wanted.iter().all(has_reason) {
            let found: Vec<_> = verdict.violations.iter().map(|v| (v.code, &v.text)).collect();
            wrong.push(format!("{} {} wanted {wanted:?}, found {found:?}", row["id"], row["body"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
