//! Names on other platforms: `@quinn_private`, `my insta is quinn.private`, `find me on ig: quinnxx`.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    contact::{ContactFound, ContactKind},
    kinds,
    ordinary::is_ordinary,
};
use crate::text::{Reading, Signs, View};

/// A platform, words that lead from it to a name, and the name. Lower case.
static AFTER_PLATFORM: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(
        r"(?-u:\b)(?P<ask> (?: add | find | follow | dm | message | text | reach )\ (?:me|us)\ on\ )? {PLATFORM}(?-u:\b) (?P<lead> (?: \s*(?:[:=>-]+|→) | \s+(?: handle | id | user(?:name)? | name | account | page | profile | tag | is
        | it's | as | under | called | named | at | me | us | my | our | for | und | es | e | est | ist ) (?-u:\b) \s*:? ){{0,4}} ) \s* @?
      (?P<name> (?: [a-z0-9_.]{{1,2}}\  )? [a-z0-9_.]{{3,40}} )"
    ))
});

/// A name, then the platform.
static BEFORE_PLATFORM: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(
        r"(?-u:\b)(?P<lead> (?: add | follow | search(?:\ for)? | find | message | dm | text )\ )? (?P<name> [a-z0-9_.]{{3,40}} ) \ (?: on | in | em | sur | auf | su )\ {PLATFORM}(?-u:\b)"
    ))
});

/// A name that money is sent to, and a name with a number.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r"(?: ^ | [\s(:] ) (?P<name> \$[a-z][a-z_-]{3,30} | [a-z0-9_.]{2,32}\#[0-9]{4} ) (?-u:\b)")
});

/// A cheap look: the first words of what [`PLATFORM`] finds.
pub(super) const PLATFORM_WORDS: &[&str] = &[
    "insta",
    "instagram",
    "ig",
    "snap",
    "snapchat",
    "telegram",
    "tg",
    "tik",
    "tiktok",
    "twitter",
    "facebook",
    "fb",
    "messenger",
    "discord",
    "kik",
    "we",
    "wechat",
    "skype",
    "threads",
    "you",
    "youtube",
    "only",
    "onlyfans",
    "venmo",
    "cash",
    "cashapp",
    "paypal",
    "revolut",
    "linked",
    "linkedin",
    "whats",
    "whatsapp",
    "viber",
    "zelle",
    "gmail",
    "hotmail",
    "icloud",
    "pinterest",
    "reddit",
    "tumblr",
    "twitch",
    "vsco",
    "bizum",
    "mastodon",
    "bluesky",
];

const PLATFORM: &str = r"(?: insta(?:gram)? | ig | snap(?:chat)? | telegram | tg | tik\ ?tok | twitter | facebook | fb | messenger
    | discord | kik | we\ ?chat | skype | threads | you\ ?tube | only\ ?fans | venmo | cash\ ?app | paypal | revolut | linked\ ?in
    | whats\ ?app | viber | zelle | gmail | hotmail | icloud | pinterest | reddit | tumblr | twitch | vsco | bizum | mastodon | bluesky )";

fn compiled(pattern: &str) -> Regex {
    Regex::new(&format!("(?x){pattern}")).expect("a constant pattern, which a test compiles")
}

/// Finds handles.
pub(super) fn find(
    plain: &str,
    signs: &Signs,
    view: &View,
    reading: &Reading<'_>,
    found: &mut Vec<ContactFound>,
) {
    if signs.has_any(b"@") {
        at_signs(plain, found);
    }
    let folded = view.as_str();
    let mut push = |range: Range<usize>| {
        let range = view.plain_range(range);
        let value = plain[range.clone()].to_lowercase();
        found.push(ContactFound { kind: ContactKind::Handle, value, range });
    };
    if (0..reading.len()).any(|at| is_platform(reading, at)) {
        names_on_platforms(folded, &mut push);
    }
    if signs.has_any(b"$#") {
        for captures in TAG.captures_iter(folded) {
            if let Some(name) = captures.name("name") {
                push(name.range());
            }
        }
    }
}

/// True for a platform's name, which may be written as two words.
fn is_platform(reading: &Reading<'_>, at: usize) -> bool {
    if !reading.is_any(at, kinds::PLATFORM) {
        return false;
    }
    let next = || reading.text(at + 1);
    match reading.text(at) {
        "tik" => next() == "tok",
        "we" => next() == "chat",
        "you" => next() == "tube",
        "only" => next() == "fans",
        "cash" | "whats" => next() == "app",
        "linked" => next() == "in",
        _ => true,
    }
}

/// Gives the names that stand beside a platform.
fn names_on_platforms(folded: &str, push: &mut impl FnMut(Range<usize>)) {
    for captures in AFTER_PLATFORM.captures_iter(folded) {
        let (Some(lead), Some(name)) = (captures.name("lead"), captures.name("name")) else { continue };
        let says_name =
            ["handle", "id", "user", "tag", "as", "under", "called", "named", "name", ":", "=", ">", "→"];
        let is_sure = captures.name("ask").is_some()
            || says_name.iter().any(|word| {
                lead.as_str().split_whitespace().any(|w| w.starts_with(word))
                    || (word.len() == 1 && lead.as_str().contains(word))
            });
        let trimmed = name.as_str().trim_end_matches('.');
        // "instagram posts" names nobody, "insta quinn_x" does.
        let is_led = !lead.as_str().is_empty() || is_sure || has_signs(trimmed);
        // A short piece before it may be its beginning, which a space splits off.
        let last = trimmed.rsplit(' ').next().unwrap_or_default();
        let is_split = last.len() < trimmed.len();
        if is_led && is_name(last, is_sure && !is_split) && (!is_split || has_signs(last)) {
            push(name.start()..name.start() + trimmed.len());
        }
    }
    for captures in BEFORE_PLATFORM.captures_iter(folded) {
        let Some(name) = captures.name("name") else { continue };
        let trimmed = name.as_str().trim_start_matches('.');
        if (has_signs(trimmed) || captures.name("lead").is_some()) && is_name(trimmed, true) {
            push(name.end() - trimmed.len()..name.end());
        }
    }
}

/// True for a word that is a name and not said about the platform: `my insta is down`.
fn is_name(word: &str, is_sure: bool) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_number || word.len() < 3 {
        return false;
    }
    let is_adjective =
        ["est", "er", "ing", "ed", "ly", "able", "ful", "al", "ive"].iter().any(|end| word.ends_with(end));
    has_signs(word) || (!is_ordinary(word) && (is_sure || !is_adjective))
}

/// True for signs that stand in names and not in words.
fn has_signs(word: &str) -> bool {
    word.trim_matches('.').contains(['_', '.']) || word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Names behind an `@`. One with a name before it and no host behind it is an address all the same.
fn at_signs(plain: &str, found: &mut Vec<ContactFound>) {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    for (at, sign) in plain.match_indices('@') {
        let behind = &plain[at + sign.len()..];
        let spaces = behind.len() - behind.trim_start_matches(' ').len();
        let name: &str =
            behind[spaces..].split(|c| !is_part(c)).next().unwrap_or_default().trim_end_matches(['.', '-']);
        let end = at + sign.len() + spaces + name.len();
        let before = plain[..at].char_indices().rev().take_while(|(_, c)| is_part(*c));
        let local = before.last().map_or(at, |(start, _)| start)..at;
        if name.is_empty() {
            continue;
        }
        if !local.is_empty() && spaces == 0 {
            let range = local.start..end;
            found.push(ContactFound {
                kind: ContactKind::Email,
                value: plain[range.clone()].to_lowercase(),
                range,
            });
        } else if is_handle(name, spaces > 0) {
            found.push(ContactFound {
                kind: ContactKind::Handle,
                value: name.to_lowercase(),
                range: at..end,
            });
        }
    }
}

/// True for a name behind an `@`; behind a space it may be `at`: `@ 3pm`, `@ home`, `@ Starbucks`.
fn is_handle(name: &str, is_apart: bool) -> bool {
    let first_is_letter = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let has_signs = name.contains(['_', '.']) && name.chars().any(char::is_alphabetic);
    if !is_apart {
        return first_is_letter || has_signs || (name.len() > 4 && name.chars().any(char::is_alphabetic));
    }
    has_signs
        || (name.chars().all(|c| c.is_lowercase() || c.is_ascii_digit())
            && first_is_letter
            && !is_ordinary(name))
}
