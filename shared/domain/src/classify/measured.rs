//! What the rules make of messages: those of the example, and those real people wrote. The latter are read in place;
//! where they are missing the tests say so and pass.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::{AbstainReason, Classification, ClassifyContext, classify, own_places};
use crate::{
    consent::Consent,
    decision::{NextAction, decide},
    example,
    intent::Intent::{self, *},
    playbook::Playbook,
    situation::{Archetype, Situation, ThreadState},
    template::TemplateKey,
    time::UnixMs,
};

/// 2026-06-08T08:00:00Z, a Monday.
const MONDAY: UnixMs = UnixMs(1_780_905_600_000);

fn classified(text: &str) -> Classification {
    let facts = example::facts();
    let zone = TimeZone::get("Europe/Dublin").unwrap();
    classify(text, &ClassifyContext { received_at: MONDAY, zone: &zone, own_places: &own_places(&facts) })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    id: String,
    thread: String,
    #[expect(dead_code, reason = "read so that a misspelt field is found")]
    contact: String,
    #[expect(dead_code, reason = "read so that a misspelt field is found")]
    channel: String,
    text: String,
    received_at: String,
}

/// Plays the sample messages thread by thread: how each is read and what the playbook says.
#[test]
fn the_sample_messages() {
    let playbook = Playbook::parse_toml(include_str!("../../example/playbook.toml")).unwrap();
    let facts = example::facts();
    let places = own_places(&facts);
    let zone = TimeZone::get("Europe/Dublin").unwrap();
    let mut threads: BTreeMap<String, (ThreadState, Archetype)> = BTreeMap::new();
    let mut lines = Vec::new();
    for line in include_str!("../../example/messages.jsonl").lines() {
        let sample: Sample = serde_json::from_str(line).unwrap();
        let received_at = UnixMs::parse_rfc3339(&sample.received_at).unwrap();
        let got = classify(&sample.text, &ClassifyContext { received_at, zone: &zone, own_places: &places });
        let (state, archetype) = threads.entry(sample.thread.clone()).or_default();
        let outcome = match got.intent {
            Some(intent) => {
                let situation = Situation { archetype: *archetype, state: *state, intent, atoms: &got.atoms };
                let decision = decide(&playbook, &situation);
                (*state, *archetype) =
                    (decision.next_state.unwrap_or(*state), decision.next_archetype.unwrap_or(*archetype));
                format!("{intent} => {} [{}] {state} {archetype}", shown(&decision.action), decision.rule)
            }
            None => format!("abstains: {}", got.abstained.unwrap()),
        };
        lines.push(format!(
            "{} {} | {}\n  {outcome}\n  {}",
            sample.id,
            sample.thread,
            sample.text,
            noted(&got)
        ));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

fn shown(action: &NextAction) -> String {
    match action {
        NextAction::Reply(key) => format!("reply {key}"),
        NextAction::Choose(keys) => {
            format!("choose {}", keys.iter().map(TemplateKey::to_string).collect::<Vec<_>>().join(" "))
        }
        NextAction::Hold(reason) => format!("hold {reason}"),
    }
}

/// Everything but the intent, without what is empty.
fn noted(got: &Classification) -> String {
    let mut json = serde_json::to_value(got).unwrap();
    let fields = json.as_object_mut().unwrap();
    for settled in ["intent", "abstained"] {
        fields.remove(settled);
    }
    fields.retain(|_, value| *value != false && *value != serde_json::json!({}) && *value != "none");
    if let Some(matched) = fields.get_mut("matched") {
        *matched = got.matched.iter().map(|fired| fired.rule.clone()).collect();
    }
    json.to_string()
}

fn read_in_place(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    text
}

#[derive(Deserialize)]
struct Utterance {
    text: String,
    intents: Vec<String>,
}

/// The intents that answer an utterance with these labels rightly; empty where the labels say too little.
fn right_intents(labels: &[String]) -> &'static [Intent] {
    // The first line whose labels are all there counts: what goes wrong before what it goes wrong with.
    const BY_LABELS: &[(&[&str], &[Intent])] = &[
        (&["lost_stolen"], &[LostProperty]),
        (&["handoff"], &[HumanWanted]),
        (&["wrong_notworking_notshowing", "refund"], &[RefundAsked, Complaint]),
        (&["wrong_notworking_notshowing"], &[Complaint]),
        (&["refund"], &[RefundAsked]),
        (&["restaurant"], &[FacilityAsked, HouseRequest, Complaint]),
        (&["spa"], &[FacilityAsked, HouseRequest, Complaint]),
        (&["gym"], &[FacilityAsked, HouseRequest, Complaint]),
        (&["swimming_pool"], &[FacilityAsked, HouseRequest, Complaint]),
        (&["room_service"], &[FacilityAsked, HouseRequest, Complaint]),
        (&["accesibility"], &[FacilityAsked]),
        (&["housekeeping"], &[HouseRequest, Complaint]),
        (&["room_ammenities"], &[FacilityAsked, HouseRequest, Complaint]),
        (&["cancel_close_leave_freeze", "booking"], &[BookingCancel]),
        (&["cancel_close_leave_freeze", "existing"], &[BookingCancel]),
        (&["change"], &[BookingChange]),
        (&["pets"], &[AmenityAsked]),
        (&["parking"], &[AmenityAsked]),
        (&["wifi"], &[AmenityAsked]),
        (&["check_in"], &[CheckInOut]),
        (&["check_out"], &[CheckInOut]),
        (&["existing"], &[BookingQuery, BookingChange]),
        (&["booking", "make_open_apply_setup_get_activate"], &[BookingWanted, AvailabilityAsked]),
        (&["booking", "new"], &[BookingWanted, AvailabilityAsked]),
        (&["end_call"], &[Goodbye]),
        (&["repeat"], &[RepeatAsked]),
        (&["thank"], &[Thanks]),
        (&["affirm"], &[Affirm]),
        (&["acknowledge"], &[Affirm]),
        (&["deny"], &[Deny]),
        (&["how_much"], &[PriceAsked]),
    ];
    if labels.is_empty() {
        return &[StayDetails, BookingWanted, AvailabilityAsked];
    }
    let all_there = |wanted: &&[&str]| wanted.iter().all(|label| labels.iter().any(|known| known == label));
    BY_LABELS.iter().find(|(wanted, _)| all_there(wanted)).map_or(&[], |(_, intents)| *intents)
}

/// Utterances of guests to a hotel. The floors are what was reached, less a little: a change that costs more shows.
#[test]
fn utterances_to_a_hotel() {
    let Some(lines) = read_in_place("hotel/inbound.jsonl") else { return };
    let (mut total, mut said, mut judged, mut right) = (0, 0, 0, 0);
    for line in lines.lines() {
        let utterance: Utterance = serde_json::from_str(line).unwrap();
        let got = classified(&utterance.text);
        assert!(!matches!(got.consent.consent, Consent::OptOut | Consent::Ask), "{}", utterance.text);
        assert_eq!((&got.safety, got.injection_suspected), (&None, false), "{}", utterance.text);
        total += 1;
        let Some(intent) = got.intent else { continue };
        said += 1;
        let wanted = right_intents(&utterance.intents);
        if wanted.is_empty() {
            continue;
        }
        judged += 1;
        if wanted.contains(&intent) {
            right += 1;
        } else {
            eprintln!("{intent}, not one of {wanted:?}: {}", utterance.text);
        }
    }
    eprintln!("an intent for {said} of {total}, right in {right} of the {judged} whose labels can tell");
    assert!(said * 100 >= total * 90, "{said} of {total}");
    assert!(right * 100 >= judged * 95, "{right} of {judged}");
}

/// Private short messages, none of them to a business: whatever fires is a false alarm, or nearly so.
#[test]
fn ordinary_short_messages() {
    let Some(lines) = read_in_place("gate/sms_ham.txt") else { return };
    let (mut opt_outs, mut asked, mut unsafe_ones, mut injections, mut spoke) = (0, 0, 0, 0, 0);
    for line in lines.lines() {
        let got = classified(line);
        opt_outs += u32::from(got.consent.consent == Consent::OptOut);
        asked += u32::from(got.consent.consent == Consent::Ask);
        unsafe_ones += u32::from(got.safety.is_some());
        injections += u32::from(got.injection_suspected);
        spoke += u32::from(got.intent.is_some());
    }
    let total = lines.lines().count();
    eprintln!(
        "{opt_outs} opt-outs, {asked} asked about, {unsafe_ones} safety, {injections} injections, {spoke} intents of {total}"
    );
    // The two are real: "Please don't text me anymore" and "Please do not contact me again". So is "the wrong number".
    assert_eq!((opt_outs, asked), (2, 1));
    assert!(unsafe_ones <= 5, "{unsafe_ones}");
    assert!(injections <= 1, "{injections}");
    assert!(spoke * 10 < total as u32, "{spoke}");
}

/// Prompt injections. Those that are after nothing but an answer about the world ("logic-violating") only become attacks
/// by a system prompt that forbids the subject; rules abstain from them anyway.
#[test]
fn prompt_injections() {
    let Some(text) = read_in_place("injection/cyberseceval.json") else { return };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let suspected =
        |case: &serde_json::Value| classified(case["user_input"].as_str().unwrap()).injection_suspected;
    let (open, harmless): (Vec<_>, Vec<_>) =
        cases.iter().partition(|case| case["risk_category"] == "security-violating");
    let count = |cases: &[&serde_json::Value]| cases.iter().filter(|case| suspected(case)).count();
    let (found, found_of_harmless) = (count(&open), count(&harmless));
    eprintln!(
        "{found} of {} suspected, and {found_of_harmless} of {} harmless ones",
        open.len(),
        harmless.len()
    );
    assert!(found * 100 >= open.len() * 97, "{found} of {}", open.len());
}

#[test]
fn what_abstains_says_why() {
    for (text, reason) in [
        ("", AbstainReason::NothingSaid),
        ("🙂", AbstainReason::NothingSaid),
        ("and the thing with the boat", AbstainReason::NoRule),
        ("Hola, ¿tienen una habitación?", AbstainReason::NoRule),
        ("How much is it and do you have wifi?", AbstainReason::Conflict),
        ("yes and no", AbstainReason::Conflict),
        ("Yes. No.", AbstainReason::Conflict),
        ("How much is a room? And what does the boat do?", AbstainReason::UnreadQuestion),
        (
            "How much is a room? My cousin once told me a long story about the sea and the moon and that was that.",
            AbstainReason::UnreadText,
        ),
        ("STOP 12345", AbstainReason::ConsentUnclear),
    ] {
        let got = classified(text);
        assert_eq!((got.intent, got.abstained), (None, Some(reason)), "{text}: {:?}", got.matched);
    }
    let long = format!("How much is a room? {}", "We are 2. ".repeat(60));
    assert_eq!(classified(&long).abstained, Some(AbstainReason::TooLong));
}

#[test]
fn several_intents_in_one_message() {
    for (text, wanted) in [
        ("Thanks! The shower is broken though.", Complaint),
        ("Hi, how much is a room?", PriceAsked),
        ("Hello, we are 2 adults. Do you have a room for Friday?", AvailabilityAsked),
        ("I have a booking for Friday and need to cancel it", BookingCancel),
        ("Could you do 60 a night? I'd like to book 3 nights", DiscountAsked),
        ("Can I call you about your prices?", ChannelAsked),
        ("Do you have rooms in Lisbon?", WrongPlace),
        ("Do you have rooms in Galway?", AvailabilityAsked),
        ("not interested, thanks", Declined),
        ("HELP", HelpAsked),
        ("👍", Affirm),
        ("🙏", Thanks),
    ] {
        assert_eq!(classified(text).intent, Some(wanted), "{text}: {:?}", classified(text).matched);
    }
}

#[test]
fn a_classification_is_kept_as_json() {
    let got =
        classified("Hi, can you do 70€ a night from 12 to 15 June for 2 adults at 5pm? Can I call you?");
    let json = serde_json::to_string(&got).unwrap();
    assert_eq!(serde_json::from_str::<Classification>(&json).unwrap(), got);
    insta::assert_snapshot!(serde_json::to_string_pretty(&got).unwrap());
}

proptest! {
    #[test]
    fn any_text_reads_the_same_twice_and_in_every_normal_form(text in any::<String>()) {
        let got = classified(&text);
        prop_assert_eq!(got.intent.is_none(), got.abstained.is_some());
        prop_assert_eq!(&got, &classified(&text.nfc().collect::<String>()));
        prop_assert_eq!(&got, &classified(&text.nfd().collect::<String>()));
    }

    #[test]
    fn words_in_any_order_are_read_without_a_panic(words in proptest::collection::vec(
        prop_oneof![
            Just("cancel"), Just("my"), Just("booking"), Just("from"), Just("31"), Just("the 31st"), Just("february"), Just("to"),
            Just("€"), Just("80"), Just("99999999"), Just("nights"), Just("é"), Just("Zoë"), Just("in"), Just("?"), Just("."),
            Just("\n"), Just("half past"), Just("25"), Just("next"), Just("sunday"), Just("2 adults"), Just("for"), Just("👍"),
            Just("日本"), Just("I'm"), Just("29/2"), Just("stop"), Just("week"),
        ], 0..24), glue in prop_oneof![Just(" "), Just(""), Just(", ")]) {
        let text = words.join(glue);
        prop_assert_eq!(classified(&text), classified(&text));
    }
}
