//! Contacts against the facts: a reply gives away the public ones and no others.
//!
//! A guest's own number or address may be said back to them: `Is +353 91 555 0100 still your number?`. A link may not, for
//! a link that a stranger sent is not made safe by repeating it.

use std::ops::Range;

use super::stance::speaks_of_guest_only;
use crate::{
    facts::Facts,
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{ContactFound, ContactKind, find_contacts, words_of},
        verdict::Violation,
    },
    text::{PlainText, Reading, Signs, fold},
};

/// Fewest digits that make a telephone number of the facts.
const PHONE_MIN_DIGITS: usize = 5;
/// Fewest digits that two spellings of one telephone number must share.
const SHARED_MIN_DIGITS: usize = 7;

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for found in &draft.contacts {
        let contacts = &draft.gate.contacts;
        if contacts.license(found, draft.text.as_str()) || is_guests_own(draft, found) {
            continue;
        }
        let fact = contacts.nearest_fact(found, draft.facts);
        violations.push(draft.violation(code_of(found.kind), found.range.clone(), fact));
    }
}

const fn code_of(kind: ContactKind) -> ViolationCode {
    match kind {
        ContactKind::Phone => ViolationCode::PhoneLeak,
        ContactKind::Email => ViolationCode::EmailLeak,
        ContactKind::Link => ViolationCode::LinkLeak,
        ContactKind::Handle => ViolationCode::HandleLeak,
        ContactKind::Bank => ViolationCode::BankDetailsLeak,
    }
}

/// The public contacts of facts, prepared for comparing.
#[derive(Debug, Clone)]
pub(in crate::gate) struct Contacts {
    /// What each is, with the number of its entry.
    known: Vec<(usize, ContactFound)>,
    /// The letters and digits of each entry that is written without a space, for one that a space splits.
    squeezed: Vec<String>,
}

impl Contacts {
    pub(in crate::gate) fn of(facts: &Facts) -> Self {
        let entries = facts.public_contacts.iter().enumerate();
        let known = entries.flat_map(|(index, text)| read(text).into_iter().map(move |found| (index, found)));
        let whole = facts.public_contacts.iter().filter(|text| !text.contains(' '));
        Self { known: known.collect(), squeezed: whole.map(|text| squeeze(text)).collect() }
    }

    /// True when a contact of the facts is meant, in whatever spelling.
    fn license(&self, found: &ContactFound, plain: &str) -> bool {
        self.known.iter().any(|(_, known)| is_same(known, found)) || self.is_split(found, plain)
    }

    /// True when the text at a contact is one of the facts with a space in it.
    fn is_split(&self, found: &ContactFound, plain: &str) -> bool {
        let rest = &plain[found.range.start..];
        self.squeezed.iter().any(|known| {
            let mut left = known.chars();
            let mut next = left.next();
            for character in rest.chars() {
                let Some(wanted) = next else {
                    return !character.is_alphanumeric() && !matches!(character, '.' | '_' | '-' | '@');
                };
                let lower = character.to_ascii_lowercase();
                if lower == wanted {
                    next = left.next();
                } else if character != ' ' {
                    return false;
                }
            }
            next.is_none()
        })
    }

    /// The public contact that a draft should have named: one of the same kind, or the first.
    fn nearest_fact(&self, found: &ContactFound, facts: &Facts) -> Option<String> {
        let same = self.known.iter().find(|(_, known)| known.kind == found.kind).map(|(index, _)| *index);
        let index = same.unwrap_or(0);
        facts.public_contacts.get(index).map(|text| format!("public_contacts[{index}]: {text}"))
    }
}

/// What an entry of the facts is.
fn read(entry: &str) -> Vec<ContactFound> {
    let plain = PlainText::of(entry);
    let text = plain.as_str();
    let folded = fold(text);
    let words = words_of(text, &folded);
    let found = find_contacts(text, &Signs::of(text), &folded, &Reading::new(folded.as_str(), &words));
    if !found.is_empty() {
        return found;
    }
    let range = 0..text.len();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (kind, value) = if digits.len() >= PHONE_MIN_DIGITS {
        (ContactKind::Phone, digits)
    } else {
        (ContactKind::Handle, text.to_lowercase())
    };
    vec![ContactFound { kind, range, value }]
}

fn squeeze(text: &str) -> String {
    PlainText::of(text).as_str().to_ascii_lowercase()
}

/// True when two spellings are of one contact.
fn is_same(known: &ContactFound, said: &ContactFound) -> bool {
    match (known.kind, said.kind) {
        (ContactKind::Link, ContactKind::Link) => covers(&known.value, &said.value),
        (ContactKind::Phone | ContactKind::Bank, ContactKind::Phone | ContactKind::Bank) => {
            is_same_number(&known.value, &said.value)
        }
        (known_kind, kind) => known_kind == kind && name_of(&known.value) == name_of(&said.value),
    }
}

fn name_of(value: &str) -> &str {
    value.trim_start_matches('@').trim_end_matches(['.', '/'])
}

/// True when a link is the known one or lies under it.
fn covers(known: &str, said: &str) -> bool {
    let known = known.strip_prefix("www.").unwrap_or(known).trim_end_matches('/');
    let said = said.strip_prefix("www.").unwrap_or(said);
    said.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// True when one number is the other with its country, or with a few digits that belong to something else.
fn is_same_number(known: &str, said: &str) -> bool {
    let national = |digits: &str| digits.trim_start_matches('0').to_owned();
    let (known, said) = (national(known), national(said));
    if known.len().min(said.len()) < SHARED_MIN_DIGITS {
        return known == said && !known.is_empty();
    }
    known.ends_with(&said)
        || said.ends_with(&known)
        || said.strip_prefix(&known).is_some_and(|rest| rest.len() < 4)
}

/// True when the guest gave this contact and it is said back to them as theirs.
fn is_guests_own(draft: &Draft<'_>, found: &ContactFound) -> bool {
    let Some(inbound) = draft.inbound() else { return false };
    let Some(words) = words_at(draft, &found.range) else { return false };
    if matches!(found.kind, ContactKind::Link | ContactKind::Bank) || !speaks_of_guest_only(draft, &words) {
        return false;
    }
    read(inbound).iter().any(|theirs| is_same(theirs, found))
}

/// The words in a range of the plain text.
fn words_at(draft: &Draft<'_>, range: &Range<usize>) -> Option<Range<usize>> {
    let reading = draft.reading();
    let is_in = |at: &usize| {
        reading.word(*at).is_some_and(|word| word.plain.start < range.end && range.start < word.plain.end)
    };
    let first = (0..reading.len()).find(is_in)?;
    let last = (first..reading.len()).take_while(|at| is_in(at)).last()?;
    Some(first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Gate, GateContext};

    fn gate() -> Gate {
        let json = r#"{"currency": "EUR", "public_contacts": ["@quinnshouse", "https://quinns.example", "+353 91 555 0100",
            "stay@quinns.example", "https://pics.example/quinn"]}"#;
        Gate::new(Facts::parse_json(json).unwrap())
    }

    fn said(inbound: Option<&str>, body: &str) -> Vec<String> {
        let verdict = gate().validate(body, &GateContext { inbound, ..GateContext::default() });
        let leak =
            |v: Violation| v.code.to_string().contains("leak").then(|| format!("{} {}", v.code, v.text));
        verdict.violations.into_iter().filter_map(leak).collect()
    }

    #[test]
    fn public_contacts_pass_in_every_spelling() {
        for body in [
            "We are @quinnshouse and https://quinns.example",
            "WWW.Quinns.Example/ or quinns.example/rooms?n=2.",
            "http://quinns.example/, and @QuinnsHouse!",
            "Text +353 (91) 555-0100 or 091 555 0100",
            "Text 00353915550100",
            "Write to Stay@Quinns.example",
            "Write to stay (at) quinns dot example",
            "See https://pics.example/quinn/2026",
            "quinns\u{200b}.example",
            "@quinns house, quinns .example",
            "my insta is quinnshouse",
        ] {
            assert_eq!(said(None, body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn other_contacts_are_held() {
        for (body, leak) in [
            ("Text +353 91 555 0101", "phone_leak +353 91 555 0101"),
            ("quinns.example.evil.com", "link_leak quinns.example.evil.com"),
            ("https://quinns.example@evil.com", "email_leak quinns.example@evil.com"),
            ("https://evil.com/quinns.example", "link_leak https://evil.com/quinns.example"),
            ("quіnns.example", "link_leak quіnns.example"),
            ("notquinns.example", "link_leak notquinns.example"),
            ("pics.example/other", "link_leak pics.example/other"),
            ("@quinnshouse2", "handle_leak @quinnshouse2"),
            ("quinn@quinns.example", "email_leak quinn@quinns.example"),
        ] {
            let said = said(None, body);
            assert!(
                said.iter().any(|said| said.starts_with(&leak[..leak.find(' ').unwrap()])),
                "{body}: {said:?}"
            );
        }
    }

    #[test]
    fn what_the_guest_gave_may_be_said_back() {
        let inbound = Some("call me on +353 86 555 0199 or ann@mail.example, see bit.ly/3x");
        assert!(said(inbound, "Is +353 86 555 0199 still your number?").is_empty());
        assert!(said(inbound, "We'll write to you. Is ann@mail.example right for you?").is_empty());
        for body in [
            "Text us at +353 86 555 0199",
            "My number is 086 555 0199",
            "Is bit.ly/3x your page?",
            "Is 086 555 0198 yours?",
        ] {
            assert_eq!(said(inbound, body).len(), 1, "{body}");
        }
    }
}
