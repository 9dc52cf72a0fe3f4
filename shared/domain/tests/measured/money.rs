//! How well the gate finds money.
//!
//! The floors lie a little below what was measured, so that a change which loses ground is seen.

use std::str::FromStr as _;

use prospector_domain::{
    facts::Facts,
    gate::{Gate, GateContext, Mention, MentionKind},
};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::in_place::{rows, text};

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
    let Some(rows) = rows::<Value>("money/duckling_en.jsonl") else { return };
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
    let Some(rows) = rows::<Value>("money/price_parser_examples.jsonl") else { return };
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
    assert!(share("found", found, all) > 0.94);
    assert!(share("read exactly", exact, all) > 0.93);
}

#[test]
fn ordinary_messages_speak_of_money_rarely() {
    let Some(text) = text("gate/sms_ham.txt") else { return };
    let lines: Vec<&str> = text.lines().collect();
    let gate = gate_of("EUR");
    let with_money = lines.iter().filter(|line| {
        let found = money(&gate, line);
        for mention in &found {
            eprintln!("  {:?} in {line:?}", mention.text);
        }
        !found.is_empty()
    });
    let count = with_money.count();
    assert!(share("messages with money", count, lines.len()) < 0.01);
}
