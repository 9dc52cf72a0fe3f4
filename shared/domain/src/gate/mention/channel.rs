//! Ways of talking and meeting: a call, a video call, a visit, another app.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::channel_phrases::{OTHER_SENSES, PERSONS, PHRASES, PROPOSALS};
use crate::{
    facts::App,
    text::{Hit, Letters, Phrasebook, View},
};

/// A way of talking or meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// Text messages.
    Text,
    /// A telephone call.
    Call,
    /// A video call.
    Video,
    /// Meeting.
    InPerson,
    /// E-mail.
    Email,
    /// Messages in an app.
    App(App),
}

/// How much a phrase says on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It proposes wherever it stands.
    Said,
    /// It proposes when it is all that a sentence says: `zoom?`.
    Alone,
}

/// A way of talking or meeting that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChannelFound {
    pub(crate) way: Way,
    /// Where, in the folded text.
    pub(crate) folded: Range<usize>,
}

static BOOK: LazyLock<Phrasebook<(Way, Weight)>> = LazyLock::new(|| {
    let rows = PHRASES.iter().flat_map(|(way, weight, phrases)| {
        let filled =
            phrases.iter().map(|phrase| phrase.replace("{me}", PERSONS).replace("{lets}", PROPOSALS));
        filled.map(|phrase| ((*way, *weight), phrase))
    });
    Phrasebook::of(rows)
});

static OTHER_SENSE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(OTHER_SENSES).expect("a constant pattern, which a test compiles"));

/// Every way of talking or meeting that a text speaks of, in order of appearance; `plain` tells names from other words.
pub(crate) fn find_channels(plain: &str, folded: &View, letters: &Letters) -> Vec<ChannelFound> {
    let mut hits = BOOK.find(folded, letters);
    if hits.is_empty() {
        return Vec::new();
    }
    let others: Vec<Range<usize>> =
        OTHER_SENSE.find_iter(folded.as_str()).map(|other| other.range()).collect();
    hits.retain(|hit| {
        let (way, weight) = hit.meaning;
        let counts = weight == Weight::Said || is_alone(folded.as_str(), &hit.range);
        counts
            && !others.iter().any(|other| covers(other, &hit.range))
            && !(way == Way::Call && is_a_name(plain, folded, &hit.range))
    });
    merged(hits)
}

/// One find for all that overlaps and means the same; what lies within a longer find of another way belongs to it.
fn merged(mut hits: Vec<Hit<(Way, Weight)>>) -> Vec<ChannelFound> {
    hits.sort_by_key(|hit| (hit.meaning.0, hit.range.start));
    let mut found: Vec<ChannelFound> = Vec::new();
    for Hit { meaning: (way, _), range } in hits {
        match found.last_mut() {
            Some(last) if last.way == way && range.start < last.folded.end => {
                last.folded.end = last.folded.end.max(range.end);
            }
            _ => found.push(ChannelFound { way, folded: range }),
        }
    }
    let all = found.clone();
    found.retain(|one| {
        let is_wider = |other: &&ChannelFound| other.folded.len() > one.folded.len();
        !all.iter().filter(is_wider).any(|other| other.way != one.way && covers(&other.folded, &one.folded))
    });
    found.sort_by_key(|one| (one.folded.start, one.way));
    found
}

const fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// True when the sentence of a find holds no other word.
fn is_alone(folded: &str, range: &Range<usize>) -> bool {
    let ends = ['.', '!', '?', ';', '\n'];
    let before = &folded[..range.start];
    let before = &before[before.rfind(ends).map_or(0, |at| at + 1)..];
    let after = &folded[range.end..];
    let after = &after[..after.find(ends).unwrap_or(after.len())];
    !before.chars().chain(after.chars()).any(char::is_alphanumeric)
}

/// True when a name follows `call me`: `Just call me Quinn`.
fn is_a_name(plain: &str, folded: &View, range: &Range<usize>) -> bool {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^call (?:me|him|her|us) (\p{Lu}\p{Ll}+)")
            .expect("a constant pattern, which a test compiles")
    });
    // Words that are written with a capital and say when or how to call.
    const OTHERS: &str = " monday tuesday wednesday thursday friday saturday sunday january february march april may june \
        july august september october november december today tonight tomorrow now later back anytime whenever when if on \
        at please directly before after any asap this next for to and or instead in from here ";
    let start = folded.plain_range(range.clone()).start;
    let Some(name) = NAME.captures(&plain[start..]) else { return false };
    !OTHERS.contains(&format!(" {} ", name[1].to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    fn found(text: &str) -> Vec<(Way, String)> {
        let folded = fold(text);
        let found = find_channels(text, &folded, &Letters::of(&folded));
        found.into_iter().map(|one| (one.way, text[folded.plain_range(one.folded)].to_owned())).collect()
    }

    fn ways(text: &str) -> Vec<Way> {
        let mut ways: Vec<Way> = found(text).into_iter().map(|(way, _)| way).collect();
        ways.dedup();
        ways
    }

    #[test]
    fn calls_are_found_in_any_words() {
        for text in [
            "Want to hop on a quick call?",
            "ring me whenever",
            "give me a bell",
            "Give us a shout tomorrow",
            "send me your number and I'll buzz you",
            "What's your number?",
            "c a l l me",
            "cаll mе",
            "ca11 me",
            "r.i.n.g m.e",
            "Let's jump on the phone",
            "Easier to speak over the phone",
            "Just dial 091 and ask for me",
            "Phone me after six",
            "Are you free to talk?",
            "Llámame mañana",
            "Me liga amanhã",
            "Appelez-moi demain",
            "Rufen Sie mich an",
            "Chiamami domani",
        ] {
            assert_eq!(ways(text), [Way::Call], "{text}");
        }
    }

    #[test]
    fn other_ways_are_told_apart() {
        for (text, expected) in [
            ("let's FaceTime", Way::Video),
            ("zoom?", Way::Video),
            ("z o o m ?", Way::Video),
            ("Happy to do a video consult", Way::Video),
            ("I'll send a Google Meet", Way::Video),
            ("Shall we do a Teams call", Way::Video),
            ("Zoom me on Friday", Way::Video),
            ("come over any time", Way::InPerson),
            ("Let's meet for a coffee", Way::InPerson),
            ("Can we meet up?", Way::InPerson),
            ("feel free to pop in", Way::InPerson),
            ("add me on WhatsApp", Way::App(App::WhatsApp)),
            ("add me on Whats App", Way::App(App::WhatsApp)),
            ("Find us on Telegram", Way::App(App::Telegram)),
            ("message me on Signal", Way::App(App::Signal)),
            ("DM me", Way::App(App::Instagram)),
            ("Insta?", Way::App(App::Instagram)),
            ("message me on LINE", Way::App(App::Line)),
            ("I'll e-mail you the list", Way::Email),
            ("text me", Way::Text),
        ] {
            assert_eq!(ways(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_senses_of_the_words_pass() {
        for text in [
            "I'd call it a great day out",
            "calling all walkers is the name of the route",
            "The view zooms out over the river",
            "What time do you call breakfast",
            "We do check-in calls",
            "Quinn is on call",
            "Let's call it a day",
            "After the roll call we set off",
            "Bring your phone and its charger",
            "The doorbell rings twice",
            "The route is called the Claddagh loop",
            "It's your call",
            "Everyone can just call me Quinn",
            "What should I call you?",
            "I use a zoom lens",
            "A signal fire on the hill, and good phone signal",
            "Chat with us online",
            "You can book online",
            "We meet at the fountain at ten",
            "I recall meeting you",
            "The castle is worth a visit",
            "The wedding ring shots are lovely",
            "Just ring the bell",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
