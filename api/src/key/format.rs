//! The text form of a key: `psk_`, 43 characters for 32 secret bytes, 6 characters of checksum; all letters and digits.
//!
//! The prefix and the checksum let a scanner recognise a leaked key, and let a mistyped one be turned down without
//! asking the store. Only the hash of a key is ever kept.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// What every key begins with.
pub const PREFIX: &str = "psk_";
/// Secret bytes in a key.
const SECRET_BYTES: usize = 32;
/// Base-62 digits that hold any 32 bytes: 62^43 > 2^256.
const SECRET_CHARS: usize = 43;
/// Base-62 digits that hold any CRC-32: 62^6 > 2^32.
const CHECKSUM_CHARS: usize = 6;
const KEY_CHARS: usize = PREFIX.len() + SECRET_CHARS + CHECKSUM_CHARS;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key that was just made. Its text is shown once, to whoever asked for it, and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct NewKey {
    text: String,
}

/// What the store keeps of a key, and finds it by: SHA-256 of its text.
///
/// A plain hash is enough: the key is 256 bits of chance, so that there is nothing to guess. It also makes comparing in
/// constant time needless: what is looked up is the hash, of which an attacker controls no prefix.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash([u8; 32]);

/// Why a text is not a key. It does not repeat the text, which may be most of a real key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedKey {
    /// It does not begin with [`PREFIX`].
    #[error("a key begins with `psk_`")]
    Prefix,
    /// It is cut off, or has something added.
    #[error("a key is {KEY_CHARS} characters long")]
    Length,
    /// It holds something else than letters and digits.
    #[error("a key holds only letters and digits after `psk_`")]
    Character,
    /// The checksum does not fit.
    #[error("the key's checksum does not fit: it was mistyped")]
    Checksum,
}

impl NewKey {
    /// Makes the key of `secret`, which must come from `prospector_runtime::clock::secret_bytes` or a source as good.
    #[must_use]
    pub fn from_secret(secret: &[u8; SECRET_BYTES]) -> Self {
        let mut text = String::with_capacity(KEY_CHARS);
        text.push_str(PREFIX);
        push_base62(&mut text, secret, SECRET_CHARS);
        let checksum = crc32fast::hash(text.as_bytes());
        push_base62(&mut text, &checksum.to_be_bytes(), CHECKSUM_CHARS);
        Self { text }
    }

    /// The key, for the one who asked for it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its hash, for the store.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(&self.text).into())
    }
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewKey(***)")
    }
}

impl KeyHash {
    /// Checks the form of a key as somebody sent it, and hashes it.
    ///
    /// # Errors
    /// [`MalformedKey`]; then there is no need to ask the store.
    pub fn of(key: &str) -> Result<Self, MalformedKey> {
        let rest = key.strip_prefix(PREFIX).ok_or(MalformedKey::Prefix)?;
        if rest.len() != SECRET_CHARS + CHECKSUM_CHARS {
            return Err(MalformedKey::Length);
        }
        if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(MalformedKey::Character);
        }
        let (covered, checksum) = key.split_at(key.len() - CHECKSUM_CHARS);
        let mut expected = String::with_capacity(CHECKSUM_CHARS);
        push_base62(&mut expected, &crc32fast::hash(covered.as_bytes()).to_be_bytes(), CHECKSUM_CHARS);
        if checksum != expected {
            return Err(MalformedKey::Checksum);
        }
        Ok(Self(Sha256::digest(key).into()))
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyHash({self})")
    }
}

/// Writes the number that `bytes` spell, most significant first, as exactly `width` base-62 digits.
fn push_base62(text: &mut String, bytes: &[u8], width: usize) {
    let mut number = bytes.to_vec();
    let mut digits = vec![DIGITS[0]; width];
    for digit in digits.iter_mut().rev() {
        // Long division by 62, in place: the quotient stays, the remainder is the next digit.
        let mut remainder = 0_u32;
        for byte in &mut number {
            let value = remainder << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).expect("the remainder is below 62, so the quotient fits a byte");
            remainder = value % 62;
        }
        *digit = DIGITS[remainder as usize];
    }
    text.extend(digits.into_iter().map(char::from));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_form_is_fixed() {
        // Both worked out with another program.
        let lowest = NewKey::from_secret(&[0; 32]);
        assert_eq!(lowest.expose(), "psk_00000000000000000000000000000000000000000004K3v2N");
        let highest = NewKey::from_secret(&[0xff; 32]);
        assert_eq!(highest.expose(), "psk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp11JI95L");
        assert_eq!(format!("{highest:?}"), "NewKey(***)");
    }

    #[test]
    fn what_is_wrong_is_said_without_repeating_the_key() {
        let key = NewKey::from_secret(&[7; 32]);
        let key = key.expose();
        assert_eq!(KeyHash::of("sk_live"), Err(MalformedKey::Prefix));
        assert_eq!(KeyHash::of(&key[..40]), Err(MalformedKey::Length));
        assert_eq!(KeyHash::of(&format!("{key}0")), Err(MalformedKey::Length));
        assert_eq!(KeyHash::of(&format!("{}-{}", &key[..10], &key[11..])), Err(MalformedKey::Character));
        assert!(KeyHash::of(&"psk_é".repeat(9)).is_err());
    }

    proptest! {
        #[test]
        fn a_key_is_recognised_and_one_wrong_character_is_noticed(
            secret in any::<[u8; 32]>(), at in 4_usize..KEY_CHARS, digit in 0_usize..62,
        ) {
            let key = NewKey::from_secret(&secret);
            prop_assert_eq!(KeyHash::of(key.expose()), Ok(key.hash()));
            let mut typo = key.expose().as_bytes().to_vec();
            prop_assume!(typo[at] != DIGITS[digit]);
            typo[at] = DIGITS[digit];
            let typo = String::from_utf8(typo).unwrap();
            prop_assert_eq!(KeyHash::of(&typo), Err(MalformedKey::Checksum));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            prop_assert!(KeyHash::of(&text).is_err());
        }
    }
}
