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
}
