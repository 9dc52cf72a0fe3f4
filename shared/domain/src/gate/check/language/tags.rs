//! What a language tag means to the detectors: its scripts, and its name among the languages of `whatlang`.

use unicode_script::Script;
use whatlang::Lang;

/// The scripts a language is written in; none when that is not known here. The tag may have a region.
pub(super) fn scripts_of(tag: &str) -> Option<&'static [Script]> {
    let scripts: &[Script] = match tag.split('-').next().unwrap_or_default() {
        "en" | "es" | "pt" | "fr" | "de" | "it" | "nl" | "sv" | "da" | "nb" | "nn" | "no" | "pl" | "cs"
        | "sk" | "ro" | "tr" | "id" | "ms" | "fi" | "hu" | "ca" | "gl" | "eu" | "ga" | "gd" | "cy" | "is"
        | "et" | "lv" | "lt" | "sl" | "hr" | "bs" | "sq" | "mt" | "vi" | "tl" | "fil" | "sw" | "af"
        | "eo" | "la" | "lb" | "zu" | "so" => &[Script::Latin],
        "sr" | "az" | "uz" => &[Script::Latin, Script::Cyrillic],
        "ru" | "uk" | "be" | "bg" | "mk" | "kk" | "ky" | "mn" | "tg" => &[Script::Cyrillic],
        "el" => &[Script::Greek],
        "ar" | "fa" | "ur" | "ps" | "ckb" => &[Script::Arabic],
        "he" | "yi" => &[Script::Hebrew],
        "zh" => &[Script::Han, Script::Bopomofo],
        "ja" => &[Script::Han, Script::Hiragana, Script::Katakana],
        "ko" => &[Script::Hangul, Script::Han],
        "hi" | "mr" | "ne" => &[Script::Devanagari],
        "bn" | "as" => &[Script::Bengali],
        "pa" => &[Script::Gurmukhi, Script::Arabic],
        "gu" => &[Script::Gujarati],
        "or" => &[Script::Oriya],
        "ta" => &[Script::Tamil],
        "te" => &[Script::Telugu],
        "kn" => &[Script::Kannada],
        "ml" => &[Script::Malayalam],
        "si" => &[Script::Sinhala],
        "th" => &[Script::Thai],
        "lo" => &[Script::Lao],
        "my" => &[Script::Myanmar],
        "km" => &[Script::Khmer],
        "ka" => &[Script::Georgian],
        "hy" => &[Script::Armenian],
        "am" | "ti" => &[Script::Ethiopic],
        _ => return None,
    };
    Some(scripts)
}

/// True when `whatlang` finding `found` in a text in Latin letters may mean the language of this tag: the language itself, one so near that short
/// texts do not tell them apart, or anything at all when `whatlang` does not know the language.
pub(super) fn detected_as(tag: &str, found: Lang) -> bool {
    let near: &[Lang] = match tag.split('-').next().unwrap_or_default() {
        "en" => &[Lang::Eng],
        "es" => &[Lang::Spa, Lang::Cat],
        "ca" => &[Lang::Cat, Lang::Spa],
        "pt" | "gl" => &[Lang::Por],
        "fr" => &[Lang::Fra],
        "de" => &[Lang::Deu],
        "it" => &[Lang::Ita],
        "nl" | "af" => &[Lang::Nld, Lang::Afr],
        "sv" => &[Lang::Swe],
        "da" | "nb" | "nn" | "no" => &[Lang::Dan, Lang::Nob],
        "pl" => &[Lang::Pol],
        "cs" | "sk" => &[Lang::Ces, Lang::Slk],
        "ro" => &[Lang::Ron],
        "tr" | "az" => &[Lang::Tur, Lang::Aze],
        "id" | "ms" => &[Lang::Ind],
        "fi" | "et" => &[Lang::Fin, Lang::Est],
        "hu" => &[Lang::Hun],
        "hr" | "bs" | "sl" | "sr" => &[Lang::Hrv, Lang::Slv, Lang::Srp],
        "vi" => &[Lang::Vie],
        "lv" => &[Lang::Lav],
        "lt" => &[Lang::Lit],
        "tl" | "fil" => &[Lang::Tgl],
        "cy" => &[Lang::Cym],
        "la" => &[Lang::Lat],
        "eo" => &[Lang::Epo],
        "zu" => &[Lang::Zul],
        // Written in other scripts, and told apart by those; a text in Latin letters is in none of these.
        "ru" | "uk" | "be" | "bg" | "mk" | "el" | "ar" | "fa" | "ur" | "he" | "zh" | "ja" | "ko" | "hi"
        | "mr" | "ne" | "bn" | "gu" | "ta" | "te" | "kn" | "ml" | "si" | "th" | "my" | "km" | "ka" | "hy"
        | "am" => &[],
        _ => return true,
    };
    near.contains(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_with_regions_mean_their_language() {
        assert_eq!(scripts_of("pt-BR"), Some([Script::Latin].as_slice()));
        assert_eq!(scripts_of("tlh"), None);
        assert!(detected_as("pt-BR", Lang::Por));
        assert!(!detected_as("en-IE", Lang::Por));
        assert!(detected_as("ga", Lang::Eng), "a language that cannot be found is not excluded");
    }
}
