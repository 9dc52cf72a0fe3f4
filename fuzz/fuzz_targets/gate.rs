//! Looks for a draft that makes the gate panic, point beside a character, change its mind about another Unicode form of
//! the same text, or let a held text go because something invisible was put into it. Spaces: `gate_spaces`.
//!
//! `cargo fuzz run gate -- -max_total_time=600`; on a stable toolchain with `--sanitizer none`.

#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use prospector_domain::{
    example,
    gate::{Gate, GateContext},
};
use unicode_normalization::UnicodeNormalization as _;

/// What may be put between two characters without anybody seeing it.
const INSERTED: [char; 3] = ['\u{200b}', '\u{2060}', '\u{ad}'];

#[derive(Debug, Arbitrary)]
struct Input {
    body: String,
    inbound: Option<String>,
    at: u16,
    inserted: u8,
}

static GATE: LazyLock<Gate> = LazyLock::new(|| Gate::new(example::facts()));

fuzz_target!(|input: Input| {
    let context = GateContext { inbound: input.inbound.as_deref(), ..GateContext::default() };
    let body = input.body.as_str();
    let verdict = GATE.validate(body, &context);
    assert_eq!(verdict.ok, verdict.violations.is_empty());
    for violation in verdict.violations.iter().filter(|violation| !violation.text.is_empty()) {
        assert_eq!(body.get(violation.span.range()), Some(violation.text.as_str()));
    }
    for mention in &verdict.mentions {
        assert_eq!(body.get(mention.span.range()), Some(mention.text.as_str()));
    }
    let (composed, decomposed): (String, String) = (body.nfc().collect(), body.nfd().collect());
    assert_eq!(GATE.validate(&composed, &context).ok, GATE.validate(&decomposed, &context).ok);
    if verdict.ok {
        return;
    }
    let places = body.char_indices().count() + 1;
    let at = body.char_indices().map(|(at, _)| at).nth(usize::from(input.at) % places).unwrap_or(body.len());
    let mut longer = body.to_owned();
    longer.insert(at, INSERTED[usize::from(input.inserted) % INSERTED.len()]);
    assert!(!GATE.validate(&longer, &context).ok, "{body:?} is held and {longer:?} is not");
});
