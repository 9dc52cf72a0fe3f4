//! What texts from outside must look like before anything is done with them.
//!
//! These checks refuse only what could not be stored, compared or shown: an odd message is still a message, and refusing
//! one loses it.

use jiff::tz::TimeZone;

use crate::text::is_invisible;

/// Longest identifier of another system, in characters.
pub const IDENTIFIER_MAX_CHARS: usize = 200;
/// Longest address of a contact, in characters: an e-mail address has at most 254, a handle fewer.
pub const CONTACT_MAX_CHARS: usize = 320;
/// Longest name of a channel, in bytes. Settings carry the same names under the same limit.
pub const CHANNEL_MAX_BYTES: usize = 32;
/// Longest text that is taken at all, in characters, whatever an installation allows.
pub const TEXT_MAX_CHARS: usize = 100_000;

/// Why a text is turned down. The words read well after the name of the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// Nothing in it, or nothing that could be seen.
    #[error("must not be empty or blank")]
    Empty,
    /// Too many characters.
    #[error("is {chars} characters long, at most {max} are allowed")]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        max: usize,
    },
    /// A character that no store keeps, or that has no place in an identifier.
    #[error("holds the character U+{code:04X} at position {at}, which is not allowed here")]
    Character {
        /// Which one.
        code: u32,
        /// Where, counted in characters from 0.
        at: usize,
    },
    /// White space at either end of an identifier: two identifiers that look alike would be different ones.
    #[error("must not begin or end with white space")]
    Padded,
    /// Not the name of a channel.
    #[error("must be 1 to {CHANNEL_MAX_BYTES} of a-z, 0-9, `-` and `_`, such as sms or whatsapp")]
    Channel,
    /// Not a time zone.
    #[error("must be an IANA time zone such as Europe/Lisbon")]
    Zone,
}

impl Unacceptable {
    /// Its stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::Character { .. } => "invalid_unicode",
            Self::Padded => "padded",
            Self::Channel => "invalid_channel",
            Self::Zone => "invalid_zone",
        }
    }
}

/// Checks the text of a message: something visible, at most `max_chars` characters, and no NUL, which PostgreSQL cannot
/// keep.
///
/// # Errors
/// What is wrong with it.
pub fn text(text: &str, max_chars: usize) -> Result<(), Unacceptable> {
    check_length(text, max_chars)?;
    if let Some(at) = text.chars().position(|c| c == '\0') {
        return Err(Unacceptable::Character { code: 0, at });
    }
    if text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c)) {
        return Err(Unacceptable::Empty);
    }
    Ok(())
}

/// Checks what another system calls something: a message, a conversation, itself.
///
/// # Errors
/// What is wrong with it.
pub fn identifier(text: &str) -> Result<(), Unacceptable> {
    check_name(text, IDENTIFIER_MAX_CHARS)
}

/// Checks the address of a contact on its channel: a telephone number, an e-mail address, a handle.
///
/// # Errors
/// What is wrong with it.
pub fn contact(text: &str) -> Result<(), Unacceptable> {
    check_name(text, CONTACT_MAX_CHARS)
}

/// Checks the name of a channel.
///
/// # Errors
/// [`Unacceptable::Channel`].
pub fn channel(text: &str) -> Result<(), Unacceptable> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if text.is_empty() || text.len() > CHANNEL_MAX_BYTES || !text.bytes().all(allowed) {
        return Err(Unacceptable::Channel);
    }
    Ok(())
}

/// Checks the name of a time zone.
///
/// # Errors
/// [`Unacceptable::Zone`].
pub fn zone(text: &str) -> Result<(), Unacceptable> {
    TimeZone::get(text).map(drop).map_err(|_| Unacceptable::Zone)
}

fn check_name(text: &str, max_chars: usize) -> Result<(), Unacceptable> {
    check_length(text, max_chars)?;
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| c.is_control()) {
        return Err(Unacceptable::Character { code: u32::from(c), at });
    }
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(Unacceptable::Empty);
    }
    if text.trim().len() != text.len() {
        return Err(Unacceptable::Padded);
    }
    Ok(())
}

fn check_length(text: &str, max: usize) -> Result<(), Unacceptable> {
    // A character has at least one byte, so that most texts need not be counted.
    if text.len() <= max {
        return Ok(());
    }
    let chars = text.chars().count();
    if chars > max { Err(Unacceptable::TooLong { chars, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_needs_something_visible_and_no_nul() {
        assert_eq!(text("Is a room free?\nThanks\u{7}", 100), Ok(()));
        for blank in ["", "  \n\t", "\u{200b}\u{feff}", "\u{1b}"] {
            assert_eq!(text(blank, 100), Err(Unacceptable::Empty), "{blank:?}");
        }
        let said = text("a\0b", 100).unwrap_err();
        assert_eq!(said.to_string(), "holds the character U+0000 at position 1, which is not allowed here");
        assert_eq!(said.code(), "invalid_unicode");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(text(&"é".repeat(10), 10), Ok(()));
        assert_eq!(text(&"é".repeat(11), 10), Err(Unacceptable::TooLong { chars: 11, max: 10 }));
    }

    #[test]
    fn names_are_single_line_and_unpadded() {
        for good in ["+15550100", "guest-07@example.com", "Room 4, Quinn", "客"] {
            assert_eq!(contact(good), Ok(()), "{good:?}");
        }
        assert_eq!(identifier(" 7"), Err(Unacceptable::Padded));
        assert_eq!(identifier("7\n"), Err(Unacceptable::Character { code: 10, at: 1 }));
        assert_eq!(identifier("\u{200b}"), Err(Unacceptable::Empty));
        assert!(matches!(identifier(&"7".repeat(201)), Err(Unacceptable::TooLong { chars: 201, .. })));
    }

    #[test]
    fn channels_and_zones_are_known_by_their_form() {
        for good in ["sms", "whatsapp", "web-chat_2"] {
            assert_eq!(channel(good), Ok(()));
        }
        for bad in ["", "SMS", "web chat", "sms\u{301}", &"a".repeat(33)] {
            assert_eq!(channel(bad), Err(Unacceptable::Channel), "{bad:?}");
        }
        assert_eq!(zone("Europe/Lisbon"), Ok(()));
        for bad in ["", "Europe/Nowhere", "../etc/passwd", "+02:00"] {
            assert_eq!(zone(bad), Err(Unacceptable::Zone), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_check_panic(any in "\\PC*|.*", max in 0_usize..50) {
            let results = [text(&any, max), identifier(&any), contact(&any), channel(&any), zone(&any)];
            prop_assert!(results.iter().flatten().count() <= results.len());
            prop_assert!(any.chars().count() <= max || text(&any, max).is_err());
        }
    }
}
