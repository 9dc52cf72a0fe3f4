//! Words that say where: `in`, `near`, `travel to`, `a studio in`.

use super::kinds;
use crate::text::Reading;

/// Most words between a verb of going and its `to`.
const MOTION_REACH: usize = 5;
/// Most words between a word that says where and the name: `in the beautiful old Lisbon`.
const MODIFIERS_MAX: usize = 3;

/// What a word that says where allows to follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Locative {
    /// A place, known or not.
    AnyPlace,
    /// A place, or much else: only known names count.
    KnownOnly,
}

/// Words between that change nothing.
pub(super) const MODIFIERS: &[&str] = &[
    "the",
    "my",
    "our",
    "beautiful",
    "sunny",
    "lovely",
    "old",
    "central",
    "downtown",
    "greater",
    "rainy",
    "gorgeous",
    "amazing",
    "wonderful",
    "nearby",
    "either",
    "both",
    "only",
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "el",
    "la",
    "le",
    "los",
    "las",
    "o",
    "os",
    "as",
    "il",
    "der",
    "die",
    "das",
    "den",
    "dem",
    "good",
    "mainly",
    "mostly",
];

/// Verbs and nouns of going, distance and bringing.
pub(super) const MOTION: &[&str] = &[
    "travel",
    "travelling",
    "traveling",
    "travelled",
    "traveled",
    "come",
    "coming",
    "came",
    "go",
    "going",
    "goes",
    "gone",
    "went",
    "fly",
    "flying",
    "flies",
    "flew",
    "drive",
    "driving",
    "drove",
    "head",
    "heading",
    "headed",
    "move",
    "moving",
    "moved",
    "relocate",
    "relocating",
    "relocated",
    "return",
    "returning",
    "trip",
    "trips",
    "flight",
    "flights",
    "train",
    "trains",
    "bus",
    "buses",
    "ferry",
    "ride",
    "journey",
    "way",
    "route",
    "road",
    "tour",
    "commute",
    "get",
    "getting",
    "take",
    "taking",
    "bring",
    "bringing",
    "invite",
    "inviting",
    "invited",
    "welcome",
    "over",
    "down",
    "up",
    "out",
    "close",
    "closer",
    "closest",
    "next",
    "minutes",
    "minute",
    "min",
    "mins",
    "km",
    "kms",
    "kilometres",
    "kilometers",
    "miles",
    "mile",
    "hour",
    "hours",
    "away",
    "far",
    "distance",
    "transfer",
    "transfers",
    "shuttle",
    "pick",
    "picking",
    "pop",
    "swing",
    "bound",
    "sail",
    "sailing",
    "cycle",
    "leave",
    "leaving",
    "set",
    "off",
    "deliver",
    "delivering",
    "ship",
    "shipping",
    "back",
    "arrive",
    "arriving",
    "straight",
    "directly",
    "everywhere",
    "anywhere",
    "service",
    "services",
    "ir",
    "vamos",
    "viajo",
    "viajar",
    "vou",
    "venha",
    "vem",
];

/// Verbs of going in Romance languages, which `a` follows.
const GOING: &[&str] = &[
    "voy", "ir", "vamos", "viajo", "viajar", "vengo", "ven", "venir", "llego", "vou", "viajamos", "vado",
    "vieni", "andare", "aller", "vais", "viens", "venez", "suis", "serai", "sommes", "habite", "vivo",
    "abito", "sono", "sto", "lavoro",
];

/// Words after which `in` says something else: `interested in`.
const NOT_WHERE: &[&str] = &[
    "interested",
    "believe",
    "believes",
    "specialise",
    "specialize",
    "specialised",
    "specialized",
    "specialising",
    "specializing",
    "fluent",
    "trained",
    "dressed",
    "expert",
    "experienced",
    "trust",
    "written",
    "typed",
    "edited",
    "edit",
    "good",
];

/// A cheap look: false where no word before says where.
pub(super) fn may_follow_locative(reading: &Reading<'_>, at: usize) -> bool {
    at > 0 && reading.is_any(at - 1, kinds::SAYS_WHERE.or(kinds::MODIFIER))
}

/// The word that says where before the word at `at`, with its number; at most a few words such as `the` between.
pub(super) fn locative_before(reading: &Reading<'_>, at: usize) -> Option<(usize, Locative)> {
    let mut word = at;
    for _ in 0..=MODIFIERS_MAX {
        let before = word.checked_sub(1)?;
        // Asked first, because hardly any word is one of either.
        let (says_where, modifies) =
            (reading.is_any(before, kinds::SAYS_WHERE), reading.is_any(before, kinds::MODIFIER));
        if !(says_where || modifies) || !is_close(reading.gap(word)) {
            return None;
        }
        word = before;
        if let Some(locative) = says_where.then(|| locative(reading, word)).flatten() {
            return Some((word, locative));
        }
        if !modifies {
            return None;
        }
    }
    None
}

/// True when nothing that ends a thought stands between two words.
fn is_close(gap: &str) -> bool {
    gap == " " || !gap.is_empty() && !gap.contains(['.', '!', '?', ',', ';', ')', '\n'])
}

/// Every word that [`locative`] knows, and the last letters of those that a space splits.
pub(super) const SAYS_WHERE: &[&str] = &[
    "in",
    "at",
    "near",
    "nearby",
    "around",
    "within",
    "outside",
    "across",
    "throughout",
    "visit",
    "visiting",
    "explore",
    "exploring",
    "reach",
    "reaching",
    "leaving",
    "touring",
    "en",
    "em",
    "dans",
    "n",
    "t",
    "o",
    "to",
    "from",
    "towards",
    "toward",
    "into",
    "a",
    "para",
    "for",
    "on",
    "via",
    "au",
    "aux",
    "nach",
    "aus",
    "bei",
    "no",
    "na",
    "nos",
    "nas",
    "de",
    "da",
    "di",
    "del",
    "do",
    "presso",
    "von",
    "bis",
    "hasta",
    "desde",
    "until",
];

/// What the word at `at`, one of [`SAYS_WHERE`], allows to follow it.
fn locative(reading: &Reading<'_>, at: usize) -> Option<Locative> {
    match reading.text(at) {
        "in" | "at" if NOT_WHERE.contains(&reading.before(at, 1)) => Some(Locative::KnownOnly),
        "in" | "at" | "near" | "nearby" | "around" | "within" | "outside" | "across" | "throughout"
        | "visit" | "visiting" | "explore" | "exploring" | "reach" | "reaching" | "leaving" | "touring"
        | "en" | "em" | "dans" => Some(Locative::AnyPlace),
        // A letter apart: `i n Sintra`.
        "n" if reading.before(at, 1) == "i" => Some(Locative::AnyPlace),
        "t" if reading.before(at, 1) == "a" => Some(Locative::AnyPlace),
        "to" | "from" | "towards" | "toward" | "into" | "para" => Some(by_motion(reading, at)),
        // An article in English.
        "a" => GOING.contains(&reading.before(at, 1)).then_some(Locative::AnyPlace),
        "o" if reading.before(at, 1) == "t" => Some(by_motion(reading, at)),
        "for" => {
            let before = reading.before(at, 1);
            matches!(
                before,
                "leave" | "leaving" | "headed" | "heading" | "bound" | "off" | "depart" | "departing"
            )
            .then_some(Locative::AnyPlace)
        }
        "on" | "via" | "au" | "aux" | "nach" | "aus" | "bei" | "no" | "na" | "nos" | "nas" | "de" | "da"
        | "di" | "del" | "do" | "presso" | "von" | "bis" | "hasta" | "desde" | "until" => {
            Some(Locative::KnownOnly)
        }
        _ => None,
    }
}

/// `to` and `from` say where when something moves.
fn by_motion(reading: &Reading<'_>, at: usize) -> Locative {
    let from = at.saturating_sub(MOTION_REACH);
    let mut moves = (from..at).rev().take_while(|word| is_close(reading.gap(word + 1)));
    if moves.any(|word| reading.is_any(word, kinds::MOTION)) {
        Locative::AnyPlace
    } else {
        Locative::KnownOnly
    }
}

/// True when hardly anything but a place can follow the word at `at`, so that a name in small letters is one too.
pub(super) fn takes_any_place(reading: &Reading<'_>, at: usize) -> bool {
    let before = reading.before(at, 1);
    match reading.text(at) {
        "to" => matches!(
            before,
            "travel"
                | "travelling"
                | "traveling"
                | "fly"
                | "flying"
                | "drive"
                | "driving"
                | "relocate"
                | "relocating"
                | "flight"
                | "trip"
                | "moving"
        ),
        "in" => matches!(before, "based" | "located" | "studio" | "live" | "living"),
        _ => false,
    }
}
