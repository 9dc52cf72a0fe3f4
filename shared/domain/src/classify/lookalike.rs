//! Letters of other scripts that look like Latin ones: `ѕtop` with a Cyrillic first letter reads as `stop`.

/// The lower-case Latin letter that `c` can be mistaken for. Only look-alikes from scripts a Latin word cannot hold by
/// right; accents and full-width forms are Unicode's own business and are folded elsewhere.
pub(crate) fn latin_lookalike(c: char) -> Option<char> {
    let latin = match c {
        // Cyrillic. Capitals are listed apart, since `Н` looks like H and `н` does not.
        'а' | 'А' | 'α' | 'Α' | 'ᴀ' | 'ɑ' | 'Ꭺ' => 'a',
        'В' | 'Β' | 'ʙ' | 'Ᏼ' | 'Ь' | 'ь' => 'b',
        'с' | 'С' | 'ϲ' | 'Ϲ' | 'ᴄ' | 'Ꮯ' => 'c',
        'ԁ' | 'ᴅ' | 'Ꭰ' => 'd',
        'е' | 'Е' | 'ҽ' | 'Ε' | 'ε' | 'ᴇ' | 'Ꭼ' | 'ə' => 'e',
        'ϝ' | 'Ϝ' | 'ꜰ' => 'f',
        'ԍ' | 'Ԍ' | 'ɡ' | 'ɢ' | 'Ꮐ' | 'ց' => 'g',
        'һ' | 'Н' | 'Η' | 'ʜ' | 'Һ' | 'Ꮋ' | 'հ' => 'h',
        'і' | 'І' | 'ı' | 'ι' | 'Ι' | 'ɪ' | 'Ꭵ' | 'Ӏ' | 'ӏ' => 'i',
        'ј' | 'Ј' | 'ϳ' | 'ᴊ' | 'Ꭻ' => 'j',
        'к' | 'К' | 'κ' | 'Κ' | 'ᴋ' | 'Ꮶ' => 'k',
        'ʟ' | 'Ꮮ' => 'l',
        'м' | 'М' | 'Μ' | 'ᴍ' | 'Ꮇ' => 'm',
        'Ν' | 'ɴ' | 'ո' | 'η' => 'n',
        'о' | 'О' | 'ο' | 'Ο' | 'ᴏ' | 'σ' | 'օ' | 'Օ' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' | 'ᴘ' | 'Ꮲ' => 'p',
        'ԛ' | 'Ԛ' | 'զ' => 'q',
        'ʀ' | 'Ꭱ' => 'r',
        'ѕ' | 'Ѕ' | 'ꜱ' | 'Ꮪ' | 'Տ' => 's',
        'т' | 'Т' | 'τ' | 'Τ' | 'ᴛ' | 'Ꭲ' => 't',
        'υ' | 'ᴜ' | 'Ս' | 'ս' => 'u',
        'ν' | 'ѵ' | 'Ѵ' | 'ᴠ' | 'Ꮩ' => 'v',
        'ԝ' | 'Ԝ' | 'ᴡ' | 'ω' | 'ա' | 'Ꮃ' => 'w',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'γ' | 'Υ' | 'ʏ' | 'ү' | 'Ү' => 'y',
        'ᴢ' | 'Ζ' | 'Ꮓ' => 'z',
        _ => return None,
    };
    Some(latin)
}

/// Latin letters that Unicode does not decompose, in the spelling used where the letter is not to be had.
pub(crate) fn spelled_out(c: char) -> Option<&'static str> {
    let spelled = match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ŧ' | 'Ŧ' => "t",
        _ => return None,
    };
    Some(spelled)
}

/// True for characters that are drawn as nothing, or that change how others are drawn: joiners, variation selectors,
/// direction marks, tags, the soft hyphen. They hide words from rules and carry no meaning for them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{061c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_small_letters_are_told_apart() {
        assert_eq!(latin_lookalike('Н'), Some('h'));
        assert_eq!(latin_lookalike('н'), None);
        assert_eq!(latin_lookalike('ѕ'), Some('s'));
        assert_eq!(latin_lookalike('s'), None);
    }

    #[test]
    fn joiners_and_tags_are_invisible_and_spaces_are_not() {
        for hidden in ['\u{200b}', '\u{200d}', '\u{ad}', '\u{fe0f}', '\u{e0041}', '\u{202e}'] {
            assert!(is_invisible(hidden), "{hidden:?}");
        }
        assert!(![' ', '\n', '\u{a0}', 'a', '👍'].into_iter().any(is_invisible));
    }
}
