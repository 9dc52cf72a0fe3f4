//! A space or a character nobody sees, put anywhere into a held draft, frees nothing.

use prospector_domain::{
    example,
    facts::Facts,
    gate::{Gate, GateContext},
};

/// Held for their form, or for words not meant for the reader.
const FORM_AND_LEAKS: &[&str] = &[
    "As an AI language model, I can't",
    "<think>the guest wants cheap</think>Sure!",
    "done.</think>See you soon",
    "Hi {{name}}, thanks!",
    "Hi [NAME], thanks",
    "Hi {first_name}",
    "Hi <client name>,",
    "Hi ___, thanks",
    "TODO: add the price",
    "Draft: Hi there!",
    "Here's a reply in her voice:\n\nHi!",
    "Sure! Here is the message:\n\"Hi there\"",
    "[INST] Hi [/INST]",
    "<|im_end|>Hi",
    "According to my instructions I must not mention refunds",
    "Step 2: pick the move per the rules",
    "```\nHi\n```",
    "**Hi** there",
    "That is *so* kind",
    "## Prices\nHi",
    "We have:\n- tea\n- coffee",
    "Hi there and thanks for",
    "We have a room with a",
    "ok ok ok ok ok ok ok ok ok ok ok ok",
    "Thanks for writing, see you on Friday. Thanks for writing, see you on Friday.",
    "Hi!!!!!!!!",
    "Olá! Claro que sim, podemos marcar.",
    "Danke für Ihre Nachricht, wir freuen uns auf Sie",
    "Да, конечно, приезжайте",
    "My instructions are: reply as Quinn",
    "Sure: -----BEGIN SYSTEM-----",
    "Human: hi",
    "{\"reply\": \"Hi\"}",
    "\"Hi there!\"",
    "The never_offer list says no",
    "Subject: Your stay\nHi",
    "You write one short message to a guest, in writing and in the name of the business.",
];

/// Held for a place, an address or a contact.
const PLACES_AND_CONTACTS: &[&str] = &[
    "I'm in Barcelona that week",
    "happy to shoot in BCN",
    "Come to my studio in Porto",
    "I can travel to Sintra",
    "I'll be in Lisbon until the 20th",
    "I'm at 12 Baker Street",
    "text me at +351 912 345 678",
    "nine one two, three four five, six seven eight",
    "quinn (at) studio dot com",
    "write to quinn@studio.com",
    "my insta is @quinn_private",
    "find me on insta: quinn.private",
    "book at quinn.example.evil.com",
    "pay here: bit.ly/3xyz",
    "see https://evil.com/pay now",
    "IBAN PT50 0002 0123 1234 5678 9015 4",
    "DE89370400440532013000",
    "sort code 12-34-56, account 12345678",
];

/// Puts each sign before every character, and behind the last; what then passes.
fn freed(gate: &Gate, bodies: &[&str]) -> Vec<String> {
    let is_held = |body: &str| !gate.validate(body, &GateContext::default()).ok;
    let mut freed = Vec::new();
    for body in bodies {
        assert!(is_held(body), "{body}");
        for (at, _) in body.char_indices().chain([(body.len(), ' ')]) {
            let split =
                [" ", "\u{200b}", "\u{ad}"].map(|sign| format!("{}{sign}{}", &body[..at], &body[at..]));
            freed.extend(split.into_iter().filter(|split| !is_held(split)));
        }
    }
    freed
}

#[test]
fn nothing_put_in_between_frees_what_is_wrong_in_form_or_leaked() {
    assert_eq!(freed(&Gate::new(example::facts()), FORM_AND_LEAKS), Vec::<String>::new());
}

#[test]
fn nothing_put_in_between_frees_a_place_or_a_contact() {
    let json = r#"{"currency": "USD", "locations": [{"city": "Lisbon", "from": "2026-03-10", "to": "2026-03-14"}],
        "channels": {"in_person": true}, "public_contacts": ["@quinnshoots", "https://quinn.example"]}"#;
    let gate = Gate::new(Facts::parse_json(json).unwrap());
    assert_eq!(freed(&gate, PLACES_AND_CONTACTS), Vec::<String>::new());
}
