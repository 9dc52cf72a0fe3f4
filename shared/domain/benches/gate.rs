//! How many drafts a second one core takes through the gate. The aim: 50,000 drafts of 320 characters.
//!
//! `cargo bench -p prospector-domain --bench gate`

use divan::{Bencher, black_box, counter::ItemsCount};
use prospector_domain::{
    example,
    facts::Facts,
    gate::{Gate, GateContext, validate_draft},
};

fn main() {
    divan::main();
}

/// Drafts of exactly 320 characters, by what they make the gate do.
const DRAFTS: [(&str, &str); 5] = [
    (
        "clean, with a price",
        "Thank you for writing! A double room is €90 per night, and two nights are the shortest stay. Breakfast is at eight, \
         the kitchen is yours until ten, and towels are in the room. Tell me which nights you have in mind and how many of \
         you there are, and I will look whether the room with the view of the garden is free. Quinn, Galway",
    ),
    (
        "clean, no number",
        "Thank you for writing! The room is quiet, the garden is behind the house, and the town is a walk away along the \
         water. There is a kitchen that everybody may use, and somebody is in the house from morning until evening. Tell me \
         which nights you have in mind and how many of you there are, and I will look what is free for you. Many greetings",
    ),
    (
        "wrong price",
        "Thank you for writing! A double room is €80 per night, and two nights are the shortest stay. Breakfast is at eight, \
         the kitchen is yours until ten, and towels are in the room. Tell me which nights you have in mind and how many of \
         you there are, and I will look whether the room with the view of the garden is free. Quinn, Galway",
    ),
    (
        "accents and signs",
        "Thanks – it’s lovely to hear from you! The café’s open ’til ten, the “blue room” is free, and there’s a piano… A \
         double room’s €90 per night; two nights at least. Tell me which nights you’ve in mind – and how many you are – and \
         I’ll look whether the room with the view of the garden’s free. Many greetings from the house by the water – Quinn",
    ),
    (
        "disguised",
        "Th\u{200b}ank you f\u{200b}or writing! A d0uble r00m is ８０ € p e r n i g h t, c a l l m e, ѕауѕ the h o s t. Breakfast is at eight, \
         the kitchen is yours until ten, and towels are in the room. Tell me which nights you have in mind and how many of \
         you there are, and I will look whether the room with the view of the garden is free. Quinn, Galway",
    ),
];

/// The draft, brought to 320 characters.
fn draft(name: &str) -> String {
    let (_, text) = DRAFTS.iter().find(|(known, _)| *known == name).expect("the name is one of the list");
    let mut draft: String = text.chars().take(320).collect();
    while draft.chars().count() < 320 {
        draft.push_str(" .");
    }
    draft.chars().take(320).collect()
}

fn names() -> impl Iterator<Item = &'static str> {
    DRAFTS.iter().map(|(name, _)| *name)
}

#[divan::bench(args = names())]
fn draft_of_320_characters(bencher: Bencher<'_, '_>, name: &str) {
    let gate = Gate::new(example::facts());
    let body = draft(name);
    let context = GateContext {
        inbound: Some("How much is a double room, and is it quiet?"),
        ..GateContext::default()
    };
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench(|| black_box(&gate).validate(black_box(&body), black_box(&context)));
}

#[divan::bench]
fn preparing_a_gate(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(example::facts).bench_values(|facts: Facts| Gate::new(facts));
}

#[divan::bench]
fn once_for_facts_not_kept(bencher: Bencher<'_, '_>) {
    let facts = example::facts();
    let body = draft("clean, with a price");
    bencher.bench(|| validate_draft(black_box(&body), &facts, &GateContext::default()));
}
