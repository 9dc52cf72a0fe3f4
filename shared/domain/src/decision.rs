//! What to do about a message: a pure function of the situation and the playbook.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::{
    hold::HoldReason,
    playbook::Playbook,
    situation::{Archetype, Situation, ThreadState},
    template::TemplateKey,
};

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextAction {
    /// Reply with this template key, or with the workflow that applies to it.
    Reply(TemplateKey),
    /// The playbook leaves it open: the `orchestrate` task picks one of these, at least two and all different.
    Choose(Vec<TemplateKey>),
    /// A person answers.
    Hold(HoldReason),
}

/// Who came to a decision.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DecidedBy {
    /// The rules alone. The default.
    #[default]
    Rules,
    /// A model, where the rules left it open.
    Model,
}

/// The decision about one message, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What happens next.
    pub action: NextAction,
    /// Where the thread goes; none when it stays where it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_state: Option<ThreadState>,
    /// What kind of guest the contact now seems to be; none when nothing new was learned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_archetype: Option<Archetype>,
    /// The name of the playbook rule that decided.
    pub rule: String,
}

/// Decides what to do in `situation`.
///
/// The most specific rule of the playbook decides; a loaded playbook has exactly one for every situation. Where the
/// rule says nothing about the archetype and the contact is still unknown, the kind of guest that the message itself
/// gives away is taken over.
#[must_use]
pub fn decide(playbook: &Playbook, situation: &Situation<'_>) -> Decision {
    let rule = playbook.rule_for(situation);
    let learned = situation.atoms.guest_kind.filter(|_| situation.archetype == Archetype::Unknown);
    let next_archetype = rule.next_archetype.or(learned).filter(|next| *next != situation.archetype);
    Decision {
        action: rule.action.clone(),
        next_state: rule.next_state.filter(|next| *next != situation.state),
        next_archetype,
        rule: rule.name.clone(),
    }
}
