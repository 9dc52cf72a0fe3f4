//! Looks for a held draft that a space put into it frees. It finds some: a space inside a word of two letters, or inside
//! one that no rule knows, changes what the words are. Each find is worth a look at which word it was.
//!
//! `cargo fuzz run gate_spaces -- -max_total_time=600`; on a stable toolchain with `--sanitizer none`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use prospector_domain::{
    example,
    gate::{Gate, GateContext},
};

static GATE: LazyLock<Gate> = LazyLock::new(|| Gate::new(example::facts()));

fuzz_target!(|input: (&str, u16)| {
    let (body, at) = input;
    let is_held = |body: &str| !GATE.validate(body, &GateContext::default()).ok;
    if !is_held(body) {
        return;
    }
    let at = body
        .char_indices()
        .map(|(at, _)| at)
        .nth(usize::from(at) % (body.chars().count() + 1))
        .unwrap_or(body.len());
    let longer = format!("{} {}", &body[..at], &body[at..]);
    assert!(is_held(&longer), "{body:?} is held and {longer:?} is not");
});
