//! E-mail addresses and links, as they are typed and as they are spelled out: `quinn (at) studio dot com`, `bit . ly/x`.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    contact::{ContactFound, ContactKind},
    kinds,
    ordinary::is_ordinary,
    top_level::{is_plain_top_level, is_top_level},
};
use crate::text::{Reading, Signs, fold_phrase};

/// Signs and words written for a full stop or an `@` in an address. Lower case.
static SPELLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?P<at> \s?[\[({<]\s?(?:at|arroba|@|chiocciola|arobase|a|ett|et)\s?[\])}>]\s? | \s+(?:arroba|chiocciola|arobase|klammeraffe)\s+
          | \s+@\s* | @\s+ )
        | (?P<dot> \s?[\[({<]\s?(?:dot|punto|ponto|point|punkt|\.|d0t)\s?[\])}>]\s? | \s+(?:dot|punto|ponto|point|punkt)\s+
          | \s+\.\s* | \.\s+ | \s?。\s? )
        | (?P<split> \.[a-z]\s[a-z]/ )",
    )
    .expect("a constant pattern, which a test compiles")
});

/// An address: a scheme, a name and `@`, labels with stops between them, a path.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x) (?P<scheme> (?: h[tx]{2}ps? | ftp ) : / / )? (?P<local> [\p{L}\p{N}._%+-]+ (?:@|\ at\ ) )?
        (?P<host> [\p{L}\p{N}_-]+ (?: \. [\p{L}\p{N}_-]+ )+ ) (?P<port> :[0-9]+ )? (?P<path> [/?\#] [^\s<>"'()\[\]]* )?"#,
    )
    .expect("a constant pattern, which a test compiles")
});

/// Hosts where anybody has an address.
const MAIL_HOSTS: &[&str] = &[
    "gmail",
    "googlemail",
    "hotmail",
    "outlook",
    "yahoo",
    "icloud",
    "protonmail",
    "proton",
    "gmx",
    "aol",
    "live",
    "mail",
    "msn",
    "ymail",
    "web",
    "posteo",
    "fastmail",
    "zoho",
    "yandex",
    "sapo",
    "libero",
    "orange",
    "free",
    "me",
];
/// Words before a host that say it is one.
const BEFORE_A_HOST: &[&str] = &[
    "at", "on", "via", "visit", "see", "site", "website", "link", "web", "page", "url", "book", "pay", "here",
];

/// Finds e-mail addresses and links.
pub(super) fn find(plain: &str, signs: &Signs, reading: &Reading<'_>, found: &mut Vec<ContactFound>) {
    if !may_hold_one(plain, signs, reading) {
        return;
    }
    let text = Unspelled::of(plain);
    for captures in ADDRESS.captures_iter(&text.text) {
        let part = |name: &str| captures.name(name).map(|part| part.as_str());
        let (Some(whole), Some(host)) = (captures.get(0), captures.name("host")) else { continue };
        let address = Address {
            scheme: part("scheme").is_some(),
            local: part("local"),
            host: host.as_str(),
            path: part("path").unwrap_or_default(),
            before: text.text[..whole.start()].split_whitespace().next_back().unwrap_or_default(),
            is_typed: text.is_typed(&host.range()),
            top_level: &plain[text
                .plain_range(&(host.start() + host.as_str().rfind('.').map_or(0, |at| at + 1)..host.end()))],
        };
        let (kind, start) = match address.kind() {
            Some(ContactKind::Email) => (ContactKind::Email, whole.start()),
            Some(kind) => (kind, if address.scheme { whole.start() } else { host.start() }),
            None => continue,
        };
        let end =
            start + text.text[start..whole.end()].trim_end_matches(['.', ',', '!', '?', ';', ':', '-']).len();
        let value = text.text[start..end].replace(" at ", "@");
        let value = value.split_once("://").map_or(value.as_str(), |(_, rest)| rest).to_lowercase();
        found.push(ContactFound { kind, range: text.plain_range(&(start..end)), value });
    }
}

/// Words that are written for a stop or an `@`.
pub(super) const SIGN_WORDS: &[&str] =
    &["dot", "d0t", "punto", "ponto", "point", "punkt", "arroba", "chiocciola", "arobase", "klammeraffe"];
/// Top levels that a space may part from their stop, without being a word of the next sentence.
pub(super) const AFTER_A_SPACE: &[&str] = &["com", "net", "org", "io", "eu", "ly", "info", "biz", "co"];

/// A cheap look: a stop inside a word, an `@`, brackets, or a word for one of them.
fn may_hold_one(plain: &str, signs: &Signs, reading: &Reading<'_>) -> bool {
    signs.has_any(b"@[{<")
        || (signs.has_any(b"(") && plain.match_indices('(').any(|(at, _)| opens_a_sign(plain, at)))
        || (signs.has_any(b".") && plain.match_indices('.').any(|(at, _)| is_inside(plain, at)))
        || plain.contains('。')
        || (1..reading.len()).any(|at| {
            reading.is_any(at, kinds::SIGN)
                || (reading.is_any(at, kinds::TOP_LEVEL_APART) && reading.gap(at).starts_with(". "))
        })
        || (signs.has_any(b".")
            && signs.has_any(b"/")
            && (1..reading.len()).any(|at| is_followed_by_path(reading, at)))
}

/// True for a bracket in which a sign may be spelled out.
fn opens_a_sign(plain: &str, at: usize) -> bool {
    let next = plain.as_bytes().get(at + 1);
    matches!(next, Some(b'a' | b'A' | b'd' | b'D' | b'.' | b'@' | b'p' | b'P' | b' ' | b'e'))
}

/// True for a stop that ends no sentence.
fn is_inside(plain: &str, at: usize) -> bool {
    let bytes = plain.as_bytes();
    bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace() && *next != b'.')
        || at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_whitespace())
}

/// True for a word behind a stop and a space, with a path behind it.
fn is_followed_by_path(reading: &Reading<'_>, at: usize) -> bool {
    reading.gap(at).starts_with(". ") && reading.gap(at + 1).starts_with('/')
}

/// The parts of what may be an address.
struct Address<'a> {
    scheme: bool,
    local: Option<&'a str>,
    host: &'a str,
    path: &'a str,
    /// The word before it.
    before: &'a str,
    /// Nothing in the host was spelled out or apart.
    is_typed: bool,
    /// The last label as it was written.
    top_level: &'a str,
}

impl Address<'_> {
    fn kind(&self) -> Option<ContactKind> {
        let is_host = self.is_host();
        let first = self.host.split('.').next().unwrap_or_default();
        match self.local {
            Some(local) if local.ends_with('@') && (is_host || self.is_typed) => Some(ContactKind::Email),
            // "book at quinn.example" is a link, "quinn at studio dot com" and "quinn at gmail.com" are not.
            Some(local) if is_host && !local.ends_with('@') => {
                let name = local.trim_end_matches(" at ");
                let is_mail = MAIL_HOSTS.contains(&first) || !self.is_typed;
                Some(if is_mail && !is_ordinary(name) { ContactKind::Email } else { ContactKind::Link })
            }
            None if is_host => Some(ContactKind::Link),
            _ => None,
        }
    }

    fn is_host(&self) -> bool {
        if self.scheme || (self.is_typed && self.host.starts_with("www.")) {
            return true;
        }
        let labels: Vec<&str> = self.host.split('.').collect();
        let has_path = self.path.len() > 1;
        if labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok()) {
            return has_path;
        }
        let (Some(last), Some(before)) = (labels.last(), labels.len().checked_sub(2).map(|at| labels[at]))
        else {
            return false;
        };
        let last = fold_phrase(last);
        if !is_top_level(&last) || before.is_empty() {
            return false;
        }
        if !self.is_typed {
            return (is_plain_top_level(&last) || has_path) && !is_sentence_end(self.top_level)
                || self.before_says_so() && !is_sentence_end(self.top_level);
        }
        if has_path {
            return true;
        }
        // "RAW.De nada", "time.Me too": a stop without its space.
        if is_sentence_end(self.top_level) {
            return is_plain_top_level(&last) && last.len() > 2;
        }
        if is_plain_top_level(&last) {
            return true;
        }
        let is_number = before.bytes().all(|byte| byte.is_ascii_digit());
        labels.len() > 2 || (!is_number && (!is_ordinary(before) || self.before_says_so()))
    }

    fn before_says_so(&self) -> bool {
        BEFORE_A_HOST.contains(&self.before.trim_matches(|c: char| !c.is_alphanumeric()))
    }
}

/// True for a capital and small letters behind it.
fn is_sentence_end(top_level: &str) -> bool {
    let mut letters = top_level.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
}

/// A text with what is spelled out put into signs, and the way back.
struct Unspelled {
    text: String,
    /// For every byte the plain range it came from.
    sources: Vec<(u32, u32)>,
}

impl Unspelled {
    fn of(plain: &str) -> Self {
        let lower = plain.to_ascii_lowercase();
        let mut made =
            Self { text: String::with_capacity(plain.len()), sources: Vec::with_capacity(plain.len()) };
        let mut at = 0;
        for captures in SPELLED.captures_iter(&lower) {
            let Some(whole) = captures.get(0) else { continue };
            let joined = whole.as_str().replace(' ', "");
            // `bit.l y/3x`: a top level that a space splits.
            let is_split = captures.name("split").is_some() && is_top_level(joined.trim_matches(['.', '/']));
            let sign = match (is_split, captures.name("at")) {
                (true, _) => &joined,
                (false, Some(_)) => "@",
                (false, None) => ".",
            };
            if !is_split && !is_in_address(&lower, &whole.range(), sign) {
                continue;
            }
            made.copy(&lower, at..whole.start());
            made.push(sign, whole.range());
            at = whole.end();
        }
        made.copy(&lower, at..lower.len());
        made
    }

    fn copy(&mut self, lower: &str, range: Range<usize>) {
        self.text.push_str(&lower[range.clone()]);
        self.sources.extend(range.map(|at| (narrow(at), narrow(at + 1))));
    }

    fn push(&mut self, sign: &str, range: Range<usize>) {
        self.text.push_str(sign);
        self.sources.resize(self.text.len(), (narrow(range.start), narrow(range.end)));
    }

    /// True when every byte stands for itself.
    fn is_typed(&self, range: &Range<usize>) -> bool {
        self.sources[range.clone()].iter().all(|(start, end)| end - start == 1)
    }

    fn plain_range(&self, range: &Range<usize>) -> Range<usize> {
        match (self.sources.get(range.start), self.sources.get(range.end.saturating_sub(1))) {
            (Some((start, _)), Some((_, end))) if !range.is_empty() => *start as usize..*end as usize,
            _ => 0..0,
        }
    }
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).expect("texts are bounded far below four gigabytes")
}

/// True when what stands around a spelled sign may be an address: letters before it, and behind a stop a top level or
/// another label with one.
fn is_in_address(lower: &str, range: &Range<usize>, sign: &str) -> bool {
    let before = lower[..range.start].chars().next_back();
    let after = &lower[range.end..];
    let label: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
    if label.is_empty() || !before.is_some_and(char::is_alphanumeric) {
        return false;
    }
    let rest = &after[label.len()..];
    if sign == "@" {
        return HOST_FOLLOWS.is_match(rest);
    }
    let word = lower[range.clone()].trim();
    // "punto de encuentro", "at this point in time", "late. It is".
    let is_loose = matches!(word, "." | "point" | "punto" | "ponto" | "punkt");
    let is_last = is_plain_top_level(&label)
        || (!is_loose && is_top_level(&label))
        || (is_top_level(&label)
            && (rest.starts_with('/') || lower[range.clone()].starts_with([' ']) && word == "."));
    is_last || (HOST_FOLLOWS.is_match(rest) && !is_loose)
}

/// What follows the first label of a host.
static HOST_FOLLOWS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s?(?:[\[({<]\s?)?(?:\.|dot|punto|ponto|point|punkt)(?:\s?[\])}>])?\s?[a-z]{2,}")
        .expect("a constant pattern, which a test compiles")
});
