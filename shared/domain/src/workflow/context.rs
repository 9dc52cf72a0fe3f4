//! What a writer is told about the business: canon, facts and mission, as values for one template.
//!
//! The values are made of the business's own words alone. What guests wrote is no part of them; it reaches a model as
//! marked data. What is never offered is no part of them either: a model that is shown such words uses them.

use jiff::civil::Date;
use serde::Serialize;

use super::{definition::Workflow, mission::Mission};
use crate::{
    facts::{Channels, Facts, Location, PaymentTerms, PlaceOwner, PriceInWriting},
    template::{Canon, CanonKind, RenderContext, RenderError, TemplateKey, render},
};

/// The template that [`context_values`] fill: the rules of the writer, what changes least first, so that a server's
/// prefix cache holds most of it from one message to the next. Lines that hold only a tag leave no line behind.
pub const CONTEXT_TEMPLATE: &str = include_str!("context.txt");

/// Why there is no context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// The canon lacks an entry that the workflow names: it changed after the workflow was published.
    #[error("the canon has no `{0}`")]
    Missing(String),
    /// A fixed text cannot be filled from the facts.
    #[error("template {key}: {reason}")]
    Template {
        /// Which one.
        key: TemplateKey,
        /// What is wrong.
        reason: RenderError,
    },
}

#[derive(Serialize)]
struct ContextView<'a> {
    about: Option<&'a str>,
    voice: Vec<&'a str>,
    lines: Vec<&'a str>,
    safety: Vec<&'a str>,
    facts: Vec<String>,
    language: String,
    max_emoji: u32,
    mission: MissionView<'a>,
    fixed_texts: Vec<String>,
}

#[derive(Serialize)]
struct MissionView<'a> {
    goal: Option<&'a str>,
    slots: &'a [String],
    market: Option<&'a str>,
}

/// The values of [`CONTEXT_TEMPLATE`] for a reply to `key`. Every name is always there; what the business does not
/// have is null or empty. The same input gives the same bytes.
///
/// # Errors
/// [`ContextError`] when canon, facts and workflow do not fit each other. Nothing is left out silently.
pub fn context_values(
    workflow: &Workflow,
    canon: &Canon,
    facts: &Facts,
    mission: &Mission,
    key: TemplateKey,
    today: Option<Date>,
) -> Result<serde_json::Value, ContextError> {
    let (mut voice, mut lines, mut safety, mut fixed_texts) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for wanted in &workflow.context {
        if !wanted.is_in(canon) {
            return Err(ContextError::Missing(wanted.to_string()));
        }
        match wanted.kind() {
            CanonKind::Voice => voice.extend(wanted.texts(canon)),
            CanonKind::Line => lines.extend(wanted.texts(canon)),
            CanonKind::Safety => safety.extend(wanted.texts(canon)),
            CanonKind::Template => {
                let Some(key) = wanted.template_key(key) else { continue };
                let text = render(canon.template(key), facts, &RenderContext { today });
                fixed_texts.push(text.map_err(|reason| ContextError::Template { key, reason })?);
            }
        }
    }
    let view = ContextView {
        about: facts.about.as_deref(),
        voice,
        lines,
        safety,
        facts: fact_lines(facts, today),
        language: facts.languages.join(" or "),
        max_emoji: facts.max_emoji,
        mission: MissionView { goal: mission.goal(), slots: mission.slots(), market: mission.market() },
        fixed_texts,
    };
    Ok(serde_json::to_value(view).expect("text keys and no floats"))
}

/// The facts as lines, for prompts: of a writer, and of a judge. What policy keeps out of writing is not among them.
#[must_use]
pub fn fact_lines(facts: &Facts, today: Option<Date>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(business) = &facts.business {
        lines.push(format!("the business: {}", business.name));
        lines.extend(business.owner.iter().map(|owner| format!("the owner: {owner}")));
    }
    match facts.price_in_writing {
        PriceInWriting::Never => lines.push("prices: never in writing".to_owned()),
        PriceInWriting::Allowed => lines.extend(price_lines(facts)),
    }
    lines.extend(facts.payment_terms.as_ref().map(payment_line));
    let upcoming = facts.locations.iter().filter(|place| today.is_none_or(|day| !place.is_over_on(day)));
    lines.extend(upcoming.map(place_line));
    lines.push(channel_line(&facts.channels));
    if facts.public_contacts.is_empty() {
        lines.push("telephone numbers, addresses and links: none are given out".to_owned());
    } else {
        lines.push(format!("may be given out: {}", facts.public_contacts.join(", ")));
    }
    lines.extend(facts.house.iter().map(|(topic, text)| format!("{}: {text}", topic.replace('_', " "))));
    lines
}

fn price_lines(facts: &Facts) -> impl Iterator<Item = String> {
    let rates = facts.rates.iter().map(|rate| match rate.min_units {
        Some(least) if least > 1 => format!("{}, at least {least} {}s", rate.words(facts.currency), rate.per),
        _ => rate.words(facts.currency),
    });
    rates.chain(facts.deposit.map(|deposit| format!("the deposit: {}", deposit.words(facts.currency))))
}

fn payment_line(terms: &PaymentTerms) -> String {
    let methods: Vec<String> = terms.methods.iter().map(ToString::to_string).collect();
    let deposit = terms.deposit_due.map(|due| format!("the deposit {due}, ")).unwrap_or_default();
    format!("paying: {deposit}the rest {}, by {}", terms.balance_due, methods.join(" or "))
}

fn place_line(place: &Location) -> String {
    let whose = match place.at {
        PlaceOwner::Business => "the place",
        PlaceOwner::Client => "the business comes to the guest in",
    };
    let address = place.address.iter().map(|address| format!("{address}, ")).collect::<String>();
    let from = place.from.map(|day| format!(", from {day}")).unwrap_or_default();
    let to = place.to.map(|day| format!(", until {day}")).unwrap_or_default();
    let separator = if place.at == PlaceOwner::Business { ":" } else { "" };
    format!("{whose}{separator} {address}{}{from}{to}", place.city)
}

fn channel_line(channels: &Channels) -> String {
    let offered = [
        (channels.call, "telephone calls"),
        (channels.video, "video calls"),
        (channels.in_person, "meeting in person"),
        (channels.email, "e-mail"),
    ];
    let offered = offered.into_iter().filter(|(offered, _)| *offered).map(|(_, name)| name);
    let offered: Vec<&str> = offered.chain(channels.apps.iter().map(Into::into)).collect();
    if offered.is_empty() {
        return "ways to talk: only in writing, here".to_owned();
    }
    format!("ways to talk: in writing, here; also {}", offered.join(", "))
}

#[cfg(test)]
mod tests {
    use minijinja::{Environment, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde};

    use super::*;
    use crate::example;

    /// As `ai-harness` fills it.
    fn filled(values: &serde_json::Value) -> String {
        let mut engine = Environment::empty();
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().unwrap());
        engine.render_str(CONTEXT_TEMPLATE, Value::from(Serde(values))).unwrap()
    }

    fn values(facts: &Facts, mission: &Mission, key: TemplateKey) -> serde_json::Value {
        let set = example::workflows();
        let engine = "do-gpu-small_1".parse().unwrap();
        let workflow = set.choose(Default::default(), Default::default(), key, &engine).unwrap();
        context_values(workflow, &example::canon(), facts, mission, key, None).unwrap()
    }

    #[test]
    fn what_a_writer_is_told_about_the_example() {
        let mission = Mission::new(
            Some("fill the family room".to_owned()),
            vec!["family room, 12 to 15 June".to_owned()],
            None,
        );
        let values = values(&example::facts(), &mission.unwrap(), TemplateKey::PRICE_QUOTE);
        insta::assert_snapshot!(filled(&values));
    }

    #[test]
    fn every_key_has_a_context_even_without_a_mission() {
        for key in TemplateKey::all() {
            let text = filled(&values(&example::facts(), &Mission::default(), key));
            assert!(!text.contains("Today:") && text.contains("What is true"), "{text}");
        }
    }

    #[test]
    fn what_is_never_said_is_not_in_the_prompt() {
        let mut facts = example::facts();
        facts.price_in_writing = PriceInWriting::Never;
        let lines = fact_lines(&facts, None).join("\n");
        assert!(!lines.contains('€') && lines.contains("prices: never in writing"), "{lines}");
        let lines = fact_lines(&example::facts(), None).join("\n");
        assert!(facts.never_offer.iter().all(|word| !lines.contains(word.as_str())), "{lines}");
    }

    #[test]
    fn places_have_their_days_and_those_of_the_past_are_gone() {
        let json = r#"{"currency": "EUR", "channels": {"call": true, "video": true}, "locations": [
            {"city": "Galway", "to": "2026-03-14"},
            {"city": "Cork", "from": "2026-04-01", "to": "2026-04-30", "at": "client"}]}"#;
        let facts = Facts::parse_json(json).unwrap();
        let lines = fact_lines(&facts, Some("2026-03-15".parse().unwrap()));
        assert_eq!(
            lines,
            [
                "the business comes to the guest in Cork, from 2026-04-01, until 2026-04-30",
                "ways to talk: in writing, here; also telephone calls, video calls",
                "telephone numbers, addresses and links: none are given out",
            ]
        );
    }

    #[test]
    fn a_canon_that_lost_an_entry_is_no_context() {
        let mut workflow = example::workflows().workflows()[0].clone();
        workflow.context.push("line:gone".parse().unwrap());
        let said = context_values(
            &workflow,
            &example::canon(),
            &example::facts(),
            &Mission::default(),
            TemplateKey::GREETING,
            None,
        );
        assert_eq!(said, Err(ContextError::Missing("line:gone".to_owned())));
        let refused = workflow.check(&example::canon()).unwrap_err().to_string();
        assert!(refused.ends_with("the canon has no `line:gone`"), "{refused}");
    }
}
