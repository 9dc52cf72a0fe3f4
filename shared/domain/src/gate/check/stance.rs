//! Who a draft speaks of, and whether it says so or denies it: the business, or the guest.

use std::ops::Range;

use crate::{
    gate::{
        draft::Draft,
        mention::{PlaceFound, words_of_name},
    },
    text::{Polarity, Reading},
};

/// Where a sentence ends.
pub(super) const SENTENCE: &[char] = &['.', '!', '?', ';', '\n'];
/// Where a clause ends.
const CLAUSE: &[char] = &['.', '!', '?', ';', '\n', ',', ':', '('];

/// Who speaks: the business.
const FIRST_PERSON: &[&str] = &[
    "i", "i'm", "i'll", "i'd", "i've", "im", "ill", "ive", "we", "we're", "we'll", "we'd", "we've", "my",
    "mine", "our", "ours", "us", "me", "let's", "lets",
];
/// Who is spoken to: the guest.
const SECOND_PERSON: &[&str] = &[
    "you", "you're", "you'll", "you've", "you'd", "your", "yours", "u", "ur", "tu", "tus", "su", "seu",
    "sua", "voce", "vous", "votre", "ihr", "ihre", "dein", "deine", "tuo", "tua", "vostro",
];
/// What the business does or asks to come to.
const OFFERS: &[&str] = &[
    "come",
    "coming",
    "meet",
    "meeting",
    "see",
    "join",
    "book",
    "booking",
    "session",
    "sessions",
    "shoot",
    "tour",
    "stay",
    "appointment",
    "visit",
    "visiting",
    "studio",
    "room",
    "happy",
    "available",
    "works",
    "find",
    "service",
    "pick",
    "fine",
    "ok",
    "okay",
    "possible",
    "sure",
    "yes",
    "perfect",
    "deal",
    "do",
    "done",
    "confirmed",
    "there",
];

/// True when a thing is denied by words that deny it and nothing else: no new subject stands between.
///
/// `at` is the word before the thing that belongs to it, such as `in`.
pub(super) fn is_denied(draft: &Draft<'_>, words: &Range<usize>, at: Option<usize>) -> bool {
    let reading = draft.reading();
    let range = reading.plain_range(words);
    if draft.polarity(&range) == Polarity::Affirmed {
        return false;
    }
    let start = at.unwrap_or(words.start);
    let clause = reading.around(words, CLAUSE);
    // Portuguese `no` is `in the`: it is the word that says where, and denies nothing.
    let before: Vec<&str> = reading.texts(clause.start..start.max(clause.start)).collect();
    let subject = before.iter().rposition(|word| FIRST_PERSON.contains(word)).map_or(0, |at| at);
    let denial = before.iter().rposition(|word| is_denial(word));
    match denial {
        // "I'm not in", but not "I can't do Monday as I'm in", nor "I'm not in it until May".
        Some(denial) => {
            let ends = |word| matches!(word, "until" | "till" | "before" | "unless");
            denial >= subject && !reading.texts(words.end..clause.end).any(ends)
        }
        // Denied by what follows: "Barcelona isn't possible".
        None => reading.texts(words.end..clause.end).any(|word| is_denial(word) || is_impossible(word)),
    }
}

fn is_denial(word: &str) -> bool {
    word.ends_with("n't")
        || matches!(
            word,
            "not"
                | "never"
                | "no"
                | "nor"
                | "neither"
                | "cannot"
                | "cant"
                | "dont"
                | "wont"
                | "isnt"
                | "arent"
                | "unable"
                | "nunca"
                | "jamas"
                | "nao"
                | "nem"
                | "pas"
                | "jamais"
                | "nicht"
                | "nie"
                | "kein"
                | "keine"
                | "non"
                | "mai"
                | "without"
                | "instead"
                | "longer"
                | "avoid"
                | "stopped"
        )
}

fn is_impossible(word: &str) -> bool {
    matches!(word, "impossible" | "unavailable" | "out" | "too")
}

/// True when a place is where the guest comes from, or one they named themselves and are asked about.
pub(super) fn is_guests_own(draft: &Draft<'_>, found: &PlaceFound) -> bool {
    let reading = draft.reading();
    let is_from = found
        .locative
        .is_some_and(|at| matches!(reading.text(at), "from" | "de" | "desde" | "von" | "da" | "aus"));
    let stops = if is_from { CLAUSE } else { SENTENCE };
    let around = reading.around(&found.words, stops);
    let (mut guest, mut business, mut offer) = (false, false, false);
    for word in
        reading.texts(around.start..found.words.start).chain(reading.texts(found.words.end..around.end))
    {
        guest |= SECOND_PERSON.contains(&word);
        business |= FIRST_PERSON.contains(&word);
        offer |= OFFERS.contains(&word);
    }
    let asks = guest && !business;
    (asks && is_from && !speaks_of_picking_up(&reading, &around))
        || (asks && !offer && is_named_by_guest(draft, found))
        || (!business && !offer && is_origin_of_guest(draft, found))
}

/// True when the business speaks of itself in some words.
pub(super) fn speaks_of_business(draft: &Draft<'_>, words: &Range<usize>) -> bool {
    draft.reading().texts(words.clone()).any(|word| FIRST_PERSON.contains(&word))
}

/// True when the sentence around some words speaks to the guest of what is theirs, and not of the business.
pub(super) fn speaks_of_guest_only(draft: &Draft<'_>, words: &Range<usize>) -> bool {
    let reading = draft.reading();
    let around = reading.around(words, SENTENCE);
    let mut rest = reading.texts(around.start..words.start).chain(reading.texts(words.end..around.end));
    let business = rest.clone().any(|word| FIRST_PERSON.contains(&word));
    !business && rest.any(|word| SECOND_PERSON.contains(&word))
}

/// A service from there is a claim: `the shuttle picks you up from`.
fn speaks_of_picking_up(reading: &Reading<'_>, words: &Range<usize>) -> bool {
    reading
        .texts(words.clone())
        .any(|word| matches!(word, "pick" | "picks" | "collect" | "transfer" | "shuttle"))
}

/// True when the guest wrote that they come from there.
fn is_origin_of_guest(draft: &Draft<'_>, found: &PlaceFound) -> bool {
    let Some(inbound) = draft.inbound() else { return false };
    let said = words_of_name(inbound);
    let reading = draft.reading();
    let name: Vec<&str> = reading.texts(found.words.clone()).collect();
    said.windows(name.len() + 1).any(|some| {
        matches!(some[0].as_str(), "from" | "leaving" | "left" | "desde" | "aus" | "von")
            && some[1..].iter().zip(&name).all(|(a, b)| a == b)
    })
}

fn is_named_by_guest(draft: &Draft<'_>, found: &PlaceFound) -> bool {
    let Some(inbound) = draft.inbound() else { return false };
    let said = words_of_name(inbound);
    let reading = draft.reading();
    let name: Vec<&str> = reading.texts(found.words.clone()).collect();
    said.windows(name.len()).any(|some| some.iter().zip(&name).all(|(a, b)| a == b))
}
