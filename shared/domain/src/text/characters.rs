//! What single characters are: invisible, disguising, a digit of some script, one of many dashes.

/// The zeros of all scripts with decimal digits; each is followed by its nine others.
const ZEROS: &[char] = &[
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{10d40}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{116d0}',
    '\u{116da}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11bf0}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{11f50}',
    '\u{16130}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{16d70}',
    '\u{1ccf0}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e4f0}',
    '\u{1e5f1}',
    '\u{1e950}',
    '\u{1fbf0}',
];

/// True for characters that take no room of their own: joiners, selectors, fillers, soft hyphens, tags. The enclosing
/// keycap belongs to them, so that an emoji digit is a digit.
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20e3}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// True for characters that reorder text or smuggle other text in: bidirectional controls and tags.
pub(crate) const fn is_disguising(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// True for frequent characters that Unicode's normalisation leaves alone, whatever stands beside them as long as that is
/// one of them too: ASCII, Latin letters with accents, quotation marks, dashes and the like, signs of currencies.
pub(super) const fn stands_for_itself(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{7f}'
            | '\u{a1}'..='\u{a7}'
            | '\u{c0}'..='\u{ff}'
            | '\u{2010}'
            | '\u{2012}'..='\u{2016}'
            | '\u{2018}'..='\u{2022}'
            | '\u{2039}'..='\u{203a}'
            | '\u{20aa}'..='\u{20bf}'
    )
}

/// True for letters and digits, quicker than asking Unicode's tables about the signs that are frequent in messages.
pub(crate) fn is_alphanumeric(character: char) -> bool {
    match character {
        '\0'..='\u{7f}' => character.is_ascii_alphanumeric(),
        '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20c0}' => false,
        _ => character.is_alphanumeric(),
    }
}

/// The character that stands for a whole family: ASCII digits, the hyphen, the apostrophe, the space.
pub(super) fn plain_form(character: char) -> char {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' => '\'',
        '\u{1680}' | '\u{2028}' | '\u{2029}' => ' ',
        _ => digit_value(character).map_or(character, |value| char::from(b'0' + value)),
    }
}

/// The value of a decimal digit of any script.
fn digit_value(character: char) -> Option<u8> {
    let at_or_before = ZEROS.partition_point(|zero| *zero <= character);
    let zero = ZEROS[at_or_before.checked_sub(1)?];
    u8::try_from(u32::from(character) - u32::from(zero)).ok().filter(|value| *value <= 9)
}

/// True for the bytes of ASCII letters and digits; by a table, which is asked about every byte of every text.
pub(crate) const fn is_letter_or_digit(byte: u8) -> bool {
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        table
    };
    TABLE[byte as usize]
}

/// The characters of a text beyond ASCII, each with where it begins.
pub(crate) fn beyond_ascii(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += first_beyond_ascii(&text.as_bytes()[at..])?;
        let start = at;
        let character = text[start..].chars().next()?;
        at += character.len_utf8();
        Some((start, character))
    })
}

/// The first byte that is not ASCII; eight at a time.
fn first_beyond_ascii(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk() {
        let beyond = u64::from_le_bytes(*chunk) & 0x8080_8080_8080_8080;
        if beyond != 0 {
            return Some(at + beyond.trailing_zeros() as usize / 8);
        }
        at += size_of::<u64>();
    }
    bytes[at..].iter().position(|byte| !byte.is_ascii()).map(|offset| at + offset)
}

/// Which ASCII characters a text holds, so that most patterns need not be tried on most texts.
#[derive(Debug, Clone)]
pub(crate) struct Signs([bool; 128]);

impl Signs {
    pub(crate) fn of(text: &str) -> Self {
        let mut present = [false; 256];
        for byte in text.bytes() {
            present[usize::from(byte)] = true;
        }
        let mut ascii = [false; 128];
        ascii.copy_from_slice(&present[..128]);
        Self(ascii)
    }

    /// True when the text holds any of some characters of ASCII.
    pub(crate) fn has_any(&self, characters: &[u8]) -> bool {
        characters.iter().any(|character| self.0[usize::from(*character)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joiners_and_tags_are_invisible_and_spaces_are_not() {
        for hidden in ['\u{200b}', '\u{200d}', '\u{ad}', '\u{fe0f}', '\u{e0041}', '\u{202e}'] {
            assert!(is_invisible(hidden), "{hidden:?}");
        }
        assert!(![' ', '\n', '\u{a0}', 'a', '👍'].into_iter().any(is_invisible));
    }

    #[test]
    fn every_decimal_digit_has_its_value() {
        let digits = regex::Regex::new(r"^\p{Nd}$").unwrap();
        let mut runs: Vec<char> = Vec::new();
        for character in ('\u{80}'..=char::MAX).filter(|c| digits.is_match(c.encode_utf8(&mut [0; 4]))) {
            if runs.last().is_none_or(|zero| u32::from(character) - u32::from(*zero) > 9) {
                runs.push(character);
            }
        }
        assert_eq!(ZEROS, runs, "the table follows the version of Unicode in use");
        assert_eq!(digit_value('٢'), Some(2));
        assert_eq!(digit_value('½'), None);
        assert_eq!(digit_value('Ⅷ'), None);
    }
}
