//! The written form of a playbook: TOML to rules, with the line each came from.

use serde::Deserialize;
use toml::Spanned;

use super::{Facets, PLAYBOOK_MAX_BYTES, PLAYBOOK_MAX_RULES, PlaybookError, Rule};
use crate::{
    decision::NextAction,
    hold::HoldReason,
    intent::Intent,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
};

/// Hold reasons a playbook may name. The others state facts about sending that a playbook cannot know.
const PLAYBOOK_HOLDS: [HoldReason; 3] =
    [HoldReason::HumanTakeover, HoldReason::NoWorkflow, HoldReason::Safety];
/// Longest rule name, in bytes: it is shown in tables and recorded with every decision.
const NAME_MAX_BYTES: usize = 64;

/// A rule and the line its table starts on, from 1.
#[derive(Debug)]
pub(super) struct SourcedRule {
    pub(super) rule: Rule,
    pub(super) line: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlaybook {
    rule: Vec<Spanned<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: String,
    intent: Option<OneOrMany<Intent>>,
    state: Option<OneOrMany<ThreadState>>,
    archetype: Option<OneOrMany<Archetype>>,
    #[serde(default)]
    when: Facets,
    reply: Option<TemplateKey>,
    choose: Option<Vec<TemplateKey>>,
    hold: Option<HoldReason>,
    next_state: Option<ThreadState>,
    next_archetype: Option<Archetype>,
}

/// `x` or `["x", "y"]`. Not an untagged enum: that would hide which value is unknown.
struct OneOrMany<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<T> {
            type Value = Vec<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name or a list of names")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<T>, E> {
                T::deserialize(serde::de::value::StrDeserializer::new(text)).map(|one| vec![one])
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
                let mut many = Vec::new();
                while let Some(item) = items.next_element()? {
                    many.push(item);
                }
                Ok(many)
            }
        }
        deserializer.deserialize_any(Visitor(std::marker::PhantomData)).map(Self)
    }
}

/// Reads the rules; everything that can be said about a rule on its own is checked here.
pub(super) fn read(text: &str) -> Result<Vec<SourcedRule>, PlaybookError> {
    if text.len() > PLAYBOOK_MAX_BYTES {
        return Err(PlaybookError::TooLarge { bytes: text.len() });
    }
    let raw: RawPlaybook = toml::from_str(text).map_err(|error| PlaybookError::Syntax {
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        reason: error.message().to_owned(),
    })?;
    if raw.rule.len() > PLAYBOOK_MAX_RULES {
        return Err(PlaybookError::TooManyRules { rules: raw.rule.len() });
    }
    let mut rules: Vec<SourcedRule> = Vec::with_capacity(raw.rule.len());
    for spanned in raw.rule {
        let line = line_of(text, spanned.span().start);
        let rule = checked(spanned.into_inner(), line)?;
        if let Some(first) = rules.iter().find(|earlier| earlier.rule.name == rule.name) {
            let reason = format!("is used already by the rule in line {}", first.line);
            return Err(PlaybookError::Rule { line, rule: rule.name, field: "name", reason });
        }
        rules.push(SourcedRule { rule, line });
    }
    Ok(rules)
}

fn checked(raw: RawRule, line: usize) -> Result<Rule, PlaybookError> {
    let refuse = |field, reason: &str| {
        Err(PlaybookError::Rule { line, rule: raw.name.clone(), field, reason: reason.to_owned() })
    };
    if raw.name.trim().is_empty() || raw.name.len() > NAME_MAX_BYTES || raw.name.contains(char::is_control) {
        return refuse("name", &format!("must be 1 to {NAME_MAX_BYTES} bytes of visible text"));
    }
    if raw.intent.as_ref().is_some_and(|many| has_fault(&many.0)) {
        return refuse("intent", "must name at least one intent, and none twice");
    }
    if raw.state.as_ref().is_some_and(|many| has_fault(&many.0)) {
        return refuse("state", "must name at least one state, and none twice");
    }
    if raw.archetype.as_ref().is_some_and(|many| has_fault(&many.0)) {
        return refuse("archetype", "must name at least one archetype, and none twice");
    }
    let action = match (raw.reply, raw.choose, raw.hold) {
        (Some(key), None, None) => NextAction::Reply(key),
        (None, Some(keys), None) if keys.len() < 2 || has_fault(&keys) => {
            return refuse("choose", "must list at least two template keys, and none twice");
        }
        (None, Some(keys), None) => NextAction::Choose(keys),
        (None, None, Some(reason)) if PLAYBOOK_HOLDS.contains(&reason) => NextAction::Hold(reason),
        (None, None, Some(_)) => {
            let names = PLAYBOOK_HOLDS.map(|reason| reason.to_string()).join(", ");
            return refuse(
                "hold",
                &format!("may be one of {names}: the other reasons are not a playbook's to give"),
            );
        }
        (None, None, None) => return refuse("reply", "is missing: one of reply, choose or hold is needed"),
        _ => {
            return refuse(
                "reply",
                "stands beside another action: only one of reply, choose and hold may be given",
            );
        }
    };
    Ok(Rule {
        name: raw.name,
        intents: raw.intent.map(|many| many.0).unwrap_or_default(),
        states: raw.state.map(|many| many.0).unwrap_or_default(),
        archetypes: raw.archetype.map(|many| many.0).unwrap_or_default(),
        facets: raw.when,
        action,
        next_state: raw.next_state,
        next_archetype: raw.next_archetype,
    })
}

/// Empty, or the same value twice.
fn has_fault<T: PartialEq>(values: &[T]) -> bool {
    values.is_empty() || values.iter().enumerate().any(|(at, value)| values[..at].contains(value))
}

/// The line, from 1, that byte `at` is on.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}
