//! Small whole numbers, in figures and in words.

/// A number in figures or words, as one group of a regular expression.
pub(crate) const NUMBER: &str = r"(\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|single|couple of|couple)";

/// The value of what [`NUMBER`] matched; 0 to 999.
pub(crate) fn number(text: &str) -> Option<u16> {
    const WORDS: [&str; 21] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    match text {
        "a" | "an" | "single" => Some(1),
        "couple" | "couple of" => Some(2),
        "thirty" => Some(30),
        "forty" => Some(40),
        "fifty" => Some(50),
        _ => match WORDS.iter().position(|word| *word == text) {
            Some(value) => u16::try_from(value).ok(),
            None => text.parse().ok().filter(|value| *value < 1000),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_words() {
        for (text, wanted) in [
            ("3", Some(3)),
            ("twelve", Some(12)),
            ("a", Some(1)),
            ("couple of", Some(2)),
            ("fifty", Some(50)),
            ("1000", None),
            ("many", None),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
    }
}
