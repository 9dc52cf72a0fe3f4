//! Looks for a message that makes the rules panic, or read another Unicode form of the same text differently.
//!
//! `cargo fuzz run classify -- -max_total_time=600`; on a stable toolchain with `--sanitizer none`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use prospector_domain::consent;
use unicode_normalization::UnicodeNormalization as _;

fuzz_target!(|text: &str| {
    let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
    assert_eq!(consent::read(&composed), consent::read(&decomposed));
});
