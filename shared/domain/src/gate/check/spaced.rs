//! A space or a character nobody sees, put anywhere into a held draft, frees nothing.

use crate::{
    facts::Facts,
    gate::{Gate, GateContext},
};

const HELD: &[&str] = &[
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

#[test]
fn a_space_anywhere_frees_nothing() {
    let json = r#"{"currency": "USD", "locations": [{"city": "Lisbon", "from": "2026-03-10", "to": "2026-03-14"}],
        "channels": {"in_person": true}, "public_contacts": ["@quinnshoots", "https://quinn.example"]}"#;
    let gate = Gate::new(Facts::parse_json(json).unwrap());
    let mut freed = Vec::new();
    for body in HELD {
        // What nobody sees is dropped before anything is read, so that a few places tell as much as all.
        for (sign, step) in [(' ', 1), ('\u{200b}', 7)] {
            for (at, _) in body.char_indices().step_by(step) {
                let split = format!("{}{sign}{}", &body[..at], &body[at..]);
                if gate.validate(&split, &GateContext::default()).ok {
                    freed.push(split);
                }
            }
        }
    }
    assert!(freed.is_empty(), "{}", freed.join("\n"));
}
