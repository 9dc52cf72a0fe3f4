//! Ways of talking: a call where there are none, a move to another app than the thread's.

use crate::{
    facts::{Channels, Facts},
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{ChannelFound, Way},
        verdict::Violation,
    },
    text::Polarity,
};

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
        && !draft.gate.own_words.hold(draft.folded.as_str(), &found.folded);
    is_said.then_some(code)
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
