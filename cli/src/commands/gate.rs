//! `prospector gate` and `prospector classify`: the shipped checks on a file of texts, without a store.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use anyhow::{Context as _, bail, ensure};
use jiff::tz::TimeZone;
use prospector_domain::{
    classify::{Classification, ClassifyContext, classify, own_places},
    example,
    facts::Facts,
    gate::{Gate, GateContext, Mention, Verdict, Violation},
    source::Clock as _,
    time::UnixMs,
};
use prospector_runtime::clock::SystemClock;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    args::{ClassifyArgs, GateArgs},
    output,
};

/// A draft to be measured. Other fields are notes of whoever wrote the file.
#[derive(Debug, Deserialize)]
struct Case {
    id: Value,
    body: String,
    #[serde(default)]
    inbound: Option<String>,
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    expect: Option<Said>,
}

/// A verdict in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Said {
    Ok,
    Hold,
}

#[derive(Serialize)]
struct CaseVerdict<'a> {
    id: &'a Value,
    verdict: Said,
    violations: &'a [Violation],
    mentions: &'a [Mention],
}

/// A message to be read.
#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    id: Option<Value>,
    text: String,
    #[serde(default)]
    received_at: Option<String>,
}

#[derive(Serialize)]
struct MessageReading<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: &'a Option<Value>,
    #[serde(flatten)]
    reading: &'a Classification,
}

/// Measures drafts; false when `--check` was given and a verdict is not the one expected.
pub(crate) fn gate(args: &GateArgs) -> anyhow::Result<bool> {
    let gates = read_gates(&args.facts)?;
    let (mut right, mut wrong, mut held, mut total) = (0_u64, 0_u64, 0_u64, 0_u64);
    each_line(&args.file, |case: Case| {
        let gate = gate_of(&gates, case.profile.as_deref())?;
        let context = GateContext {
            inbound: case.inbound.as_deref(),
            channel: case.channel.as_deref(),
            ..GateContext::default()
        };
        let verdict = gate.validate(&case.body, &context);
        let said = if verdict.ok { Said::Ok } else { Said::Hold };
        let is_wrong = case.expect.is_some_and(|expected| expected != said);
        total += 1;
        held += u64::from(said == Said::Hold);
        wrong += u64::from(is_wrong);
        right += u64::from(case.expect == Some(said));
        if args.json {
            let Verdict { violations, mentions, .. } = &verdict;
            let line = CaseVerdict { id: &case.id, verdict: said, violations, mentions };
            output::line(&serde_json::to_string(&line)?);
        } else {
            output::line(&in_words(&case, said, is_wrong, &verdict));
        }
        Ok(())
    })?;
    let expected =
        if right + wrong > 0 { format!(", {right} as expected, {wrong} not") } else { String::new() };
    output::note(&format!("{total} drafts: {} ok, {held} held{expected}", total - held));
    Ok(!args.check || wrong == 0)
}

/// Reads messages by rules.
pub(crate) fn classify_file(args: &ClassifyArgs) -> anyhow::Result<()> {
    let facts = match &args.facts {
        Some(file) => read_facts(file)?,
        None => example::facts(),
    };
    let zone = facts.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let places = own_places(&facts);
    // The calendar that a message speaks of begins when it was received; a file without times is read as of now.
    let now = SystemClock.now();
    let mut number = 0_u64;
    each_line(&args.file, |message: Message| {
        number += 1;
        let received_at = match message.received_at.as_deref() {
            Some(text) => UnixMs::parse_rfc3339(text).with_context(|| format!("`received_at` {text:?}"))?,
            None => now,
        };
        let context = ClassifyContext { received_at, zone: &zone, own_places: &places };
        let reading = classify(&message.text, &context);
        if args.json {
            let line = MessageReading { id: &message.id, reading: &reading };
            output::line(&serde_json::to_string(&line)?);
        } else {
            output::line(&reading_in_words(number, &message, &reading));
        }
        Ok(())
    })
}

fn in_words(case: &Case, said: Said, is_wrong: bool, verdict: &Verdict) -> String {
    let id = case.id.as_str().map_or_else(|| case.id.to_string(), str::to_owned);
    let mark = if is_wrong { "  NOT AS EXPECTED" } else { "" };
    let word = match said {
        Said::Ok => "ok",
        Said::Hold => "hold",
    };
    let mut text = format!("{id}  {word}{mark}");
    for violation in &verdict.violations {
        text.push_str(&format!("\n    {} {:?}", violation.code, violation.text));
        if let Some(fact) = &violation.fact {
            text.push_str(&format!("; the facts say: {fact}"));
        }
    }
    text
}

fn reading_in_words(number: u64, message: &Message, reading: &Classification) -> String {
    let id = match &message.id {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => number.to_string(),
    };
    let intent = reading.intent.map_or_else(
        || reading.abstained.map_or_else(String::new, |why| format!("abstains: {why}")),
        |intent| intent.to_string(),
    );
    let safety = reading.safety.as_ref().map(|signal| format!("  safety: {}", signal.kind));
    let injection = reading.injection_suspected.then_some("  injection suspected");
    format!(
        "{id}  {intent}  consent: {}{}{}",
        reading.consent.consent,
        safety.unwrap_or_default(),
        injection.unwrap_or_default()
    )
}

/// Gates by the name of their profile; a single set of facts is for every case.
fn read_gates(file: &Path) -> anyhow::Result<BTreeMap<String, Gate>> {
    let text = read(file)?;
    let profiles: Option<BTreeMap<String, Value>> = serde_json::from_str(&text).ok();
    let is_profiles = |entries: &BTreeMap<String, Value>| {
        !entries.is_empty() && !entries.contains_key("currency") && entries.values().all(Value::is_object)
    };
    let place = || format!("{}", file.display());
    let Some(profiles) = profiles.filter(is_profiles) else {
        let facts = Facts::parse(&text).with_context(place)?;
        return Ok(BTreeMap::from([(String::new(), Gate::new(facts))]));
    };
    let named = profiles.into_iter().map(|(name, facts)| {
        let facts = Facts::parse_json(&facts.to_string()).with_context(|| format!("profile {name:?}"))?;
        Ok((name, Gate::new(facts)))
    });
    named.collect::<anyhow::Result<_>>().with_context(place)
}

fn gate_of<'a>(gates: &'a BTreeMap<String, Gate>, profile: Option<&str>) -> anyhow::Result<&'a Gate> {
    if let Some(only) = gates.get("").filter(|_| gates.len() == 1) {
        return Ok(only);
    }
    let names = || gates.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let Some(profile) = profile else {
        bail!("there is no `profile`, and the facts have several: {}", names());
    };
    gates.get(profile).with_context(|| format!("`profile` {profile:?} is not among the facts: {}", names()))
}

/// The facts in a file, in either notation.
pub(super) fn read_facts(file: &Path) -> anyhow::Result<Facts> {
    Facts::parse(&read(file)?).with_context(|| format!("{}", file.display()))
}

pub(super) fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Hands every line of a file of JSON objects on, and names the line of what is wrong.
fn each_line<T: DeserializeOwned>(
    file: &Path,
    mut act: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let lines: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
        Box::new(BufReader::new(opened))
    };
    let mut any = false;
    for (number, line) in (1..).zip(lines.lines()) {
        let place = || format!("{}, line {number}", file.display());
        let line = line.with_context(place)?;
        if line.trim().is_empty() {
            continue;
        }
        let value = serde_json::from_str(&line).with_context(place)?;
        act(value).with_context(place)?;
        any = true;
    }
    ensure!(any, "{} holds no line", file.display());
    Ok(())
}
