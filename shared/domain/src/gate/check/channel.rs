//! Ways of talking: a call where there are none, a move to another app than the thread's.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    facts::{Channels, Facts},
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{ChannelFound, Way},
        verdict::Violation,
    },
    text::{Polarity, fold_phrase},
};

/// Words that ask somebody to write, of an app that one may also just look at.
static WRITE_THERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(?:dms?|message|messages|write|text|chat|talk|contact|reach|call|ping|msg|add|whatsapp|telegram|signal|viber|wechat|messenger|snapchat)(?-u:\b)",
    )
    .expect("a constant pattern, which a test compiles")
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for found in &draft.channels {
        let Some(code) = fault(draft, found) else { continue };
        let plain = draft.folded.plain_range(found.folded.clone());
        violations.push(draft.violation(code, plain, Some(fact(&draft.facts.channels))));
    }
}

/// What is wrong with speaking of a channel; nothing when the facts offer it, when it is the thread's own, when it is
/// refused, or when the business says so itself in its facts.
fn fault(draft: &Draft<'_>, found: &ChannelFound) -> Option<ViolationCode> {
    let code = fault_of_way(draft.facts, draft.context.channel, found.way)?;
    let is_said = draft.polarity_of_folded(&found.folded) == Polarity::Affirmed
        && !draft.gate.own_words.hold(draft.folded.as_str(), &found.folded)
        && !names_public_contact(draft, found);
    is_said.then_some(code)
}

/// True when an app or e-mail is named for a contact that may be written to anybody, in the same sentence, and nothing asks
/// the guest to write there: `our Instagram is @quinns`. An address for mail is there to be written to.
fn names_public_contact(draft: &Draft<'_>, found: &ChannelFound) -> bool {
    if !matches!(found.way, Way::Email | Way::App(_)) || draft.facts.public_contacts.is_empty() {
        return false;
    }
    let sentence = sentence_around(draft.folded.as_str(), found);
    let asks_to_write = WRITE_THERE.is_match(sentence);
    let contacts = draft.facts.public_contacts.iter().map(|contact| fold_phrase(contact));
    contacts.filter(|contact| is_in(sentence, contact)).any(|contact| {
        let is_address = contact.contains('@') && !contact.starts_with('@');
        if found.way == Way::Email { is_address } else { !is_address && !asks_to_write }
    })
}

/// True when a contact stands in a sentence as a whole.
fn is_in(sentence: &str, contact: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    sentence.match_indices(contact).any(|(at, found)| {
        let after = &sentence[at + found.len()..];
        let goes_on =
            after.starts_with(is_part) || (after.starts_with('.') && after[1..].starts_with(is_part));
        !goes_on && !sentence[..at].ends_with(is_part)
    })
}

fn sentence_around<'d>(folded: &'d str, found: &ChannelFound) -> &'d str {
    let ends = [". ", "! ", "? ", "\n"];
    let start = ends.iter().filter_map(|end| folded[..found.folded.start].rfind(end)).max().unwrap_or(0);
    let after = found.folded.end;
    let end = ends.iter().filter_map(|end| folded[after..].find(end)).min();
    &folded[start..end.map_or(folded.len(), |end| after + end)]
}

fn fault_of_way(facts: &Facts, own: Option<&str>, way: Way) -> Option<ViolationCode> {
    let channels = &facts.channels;
    let (is_offered, code) = match way {
        Way::Text => (channels.text, ViolationCode::ChannelNotOffered),
        Way::Call => (channels.call, ViolationCode::ChannelNotOffered),
        Way::Video => (channels.video, ViolationCode::ChannelNotOffered),
        Way::InPerson => (channels.in_person, ViolationCode::ChannelNotOffered),
        Way::Email => (channels.email || is_own(own, "email"), ViolationCode::OtherChannel),
        Way::App(app) => {
            (channels.apps.contains(&app) || is_own(own, app.into()), ViolationCode::OtherChannel)
        }
    };
    (!is_offered).then_some(code)
}

fn is_own(own: Option<&str>, name: &str) -> bool {
    own.is_some_and(|own| own.eq_ignore_ascii_case(name))
}

/// The channels that are offered, as a fact to show.
fn fact(channels: &Channels) -> String {
    let offered = [
        ("text", channels.text),
        ("call", channels.call),
        ("video", channels.video),
        ("in_person", channels.in_person),
        ("email", channels.email),
    ];
    let names = offered.into_iter().filter(|(_, offered)| *offered).map(|(name, _)| name);
    let names: Vec<&str> = names.chain(channels.apps.iter().map(Into::into)).collect();
    if names.is_empty() { "channels: none".to_owned() } else { format!("channels: {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use crate::{
        facts::Facts,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    /// Codes of channels in a draft for a business with these lines in its facts.
    fn codes(lines: &str, channel: Option<&str>, body: &str) -> Vec<ViolationCode> {
        let facts = Facts::parse_toml(&format!("currency = \"EUR\"\n{lines}\n")).unwrap();
        let verdict = validate_draft(body, &facts, &GateContext { channel, ..GateContext::default() });
        let ours = [ViolationCode::ChannelNotOffered, ViolationCode::OtherChannel];
        verdict.violations.into_iter().map(|one| one.code).filter(|code| ours.contains(code)).collect()
    }

    #[test]
    fn what_the_facts_do_not_offer_is_held() {
        for (body, code) in [
            ("Want to hop on a quick call?", ViolationCode::ChannelNotOffered),
            ("Let's FaceTime.", ViolationCode::ChannelNotOffered),
            ("Shall we meet for a coffee?", ViolationCode::ChannelNotOffered),
            ("Add me on WhatsApp.", ViolationCode::OtherChannel),
            ("I'll e-mail you the list.", ViolationCode::OtherChannel),
        ] {
            assert_eq!(codes("", None, body), [code], "{body}");
        }
        assert_eq!(
            codes("[channels]\ntext = false", None, "Just text me."),
            [ViolationCode::ChannelNotOffered]
        );
    }

    #[test]
    fn what_the_facts_offer_passes() {
        let all =
            "[channels]\ncall = true\nvideo = true\nin_person = true\nemail = true\napps = [\"whatsapp\"]";
        for body in
            ["Call me.", "Let's FaceTime.", "Let's meet for a coffee.", "Add me on WhatsApp.", "E-mail me."]
        {
            assert_eq!(codes(all, None, body), [], "{body}");
        }
        assert_eq!(codes(all, None, "Find me on Telegram."), [ViolationCode::OtherChannel]);
    }

    #[test]
    fn the_thread_s_own_channel_is_no_move() {
        let body = "Just write to us here on WhatsApp.";
        assert_eq!(codes("", Some("whatsapp"), body), []);
        assert_eq!(codes("", Some("WhatsApp"), body), []);
        assert_eq!(codes("", Some("sms"), body), [ViolationCode::OtherChannel]);
        assert_eq!(codes("", Some("email"), "You have this in an e-mail."), []);
    }

    #[test]
    fn a_refusal_and_the_house_s_own_words_pass() {
        let house = "[house]\narrival = \"Ring the bell, or call the desk from the hall.\"";
        assert_eq!(codes("", None, "I can't do calls, text is best."), []);
        assert_eq!(codes(house, None, "Ring the bell, or call the desk from the hall."), []);
        assert_eq!(codes(house, None, "Call me from the hall."), [ViolationCode::ChannelNotOffered]);
    }

    #[test]
    fn a_public_contact_may_be_named_with_its_app() {
        let public = "public_contacts = [\"@quinns\", \"stay@quinns.example\"]";
        for body in [
            "Our Instagram is @quinns.",
            "You see the house on Insta: @quinns",
            "E-mail us at stay@quinns.example.",
        ] {
            assert_eq!(codes(public, None, body), [], "{body}");
        }
        for body in [
            "DM us on Instagram, @quinns.",
            "Our Instagram is @quinns_private.",
            "E-mail us. We are @quinns.",
        ] {
            assert!(codes(public, None, body).contains(&ViolationCode::OtherChannel), "{body}");
        }
    }
}
