//! Plays a playbook through every situation there is.

use strum::VariantArray as _;

use super::{FACET_CELLS, FacetBits, PLAYBOOK_MAX_BYTES, PLAYBOOK_MAX_RULES, cell, source::SourcedRule};
use crate::{
    intent::Intent,
    situation::{Archetype, ThreadState},
};

/// Why a playbook was refused. Every message names what to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaybookError {
    /// Longer than [`PLAYBOOK_MAX_BYTES`].
    #[error("the playbook is {bytes} bytes long, at most {PLAYBOOK_MAX_BYTES} are allowed")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// More rules than [`PLAYBOOK_MAX_RULES`].
    #[error("the playbook has {rules} rules, at most {PLAYBOOK_MAX_RULES} are allowed")]
    TooManyRules {
        /// How many it has.
        rules: usize,
    },
    /// Not TOML, or a field or value that does not exist.
    #[error("line {line}: {reason}")]
    Syntax {
        /// Where, from 1.
        line: usize,
        /// What is wrong, with what would be right where that is a short list.
        reason: String,
    },
    /// A rule that makes no sense on its own.
    #[error("line {line}, rule {rule:?}: {field} {reason}")]
    Rule {
        /// The line the rule starts on.
        line: usize,
        /// Its name.
        rule: String,
        /// The field at fault.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Two rules that name equally much are for the same situation.
    #[error(
        "line {line}, rule {rule:?}: ties with rule {other:?} (line {other_line}) for {situation}: \
         both name {specificity} conditions, so neither wins; name one more condition in one of them"
    )]
    Tie {
        /// The line the later rule starts on.
        line: usize,
        /// Its name.
        rule: String,
        /// The earlier rule.
        other: String,
        /// The line that one starts on.
        other_line: usize,
        /// The first situation both are for.
        situation: String,
        /// How many conditions each names.
        specificity: usize,
    },
    /// A rule that never decides, because others are more specific wherever it applies.
    #[error("line {line}, rule {rule:?}: never decides: more specific rules take every situation it is for")]
    Unreachable {
        /// The line the rule starts on.
        line: usize,
        /// Its name.
        rule: String,
    },
    /// A situation no rule is for.
    #[error("no rule for {situation}{}", if *.more > 0 { format!(" and {} more situations", .more) } else { String::new() })]
    Hole {
        /// The first one.
        situation: String,
        /// How many others there are.
        more: usize,
    },
}

/// Finds the rule of every situation.
pub(super) fn table(rules: &[SourcedRule]) -> Result<Vec<u16>, PlaybookError> {
    let mut table = Vec::with_capacity(cells());
    let mut decides = vec![false; rules.len()];
    let mut holes: Vec<(Intent, ThreadState, Archetype, FacetBits)> = Vec::new();
    for (intent, state, archetype, bits) in situations() {
        debug_assert_eq!(table.len(), cell(intent, state, archetype, bits), "the order is that of `cell`");
        let mut best: Option<usize> = None;
        let mut tied: Option<usize> = None;
        for (at, sourced) in rules.iter().enumerate() {
            if !sourced.rule.is_for(intent, state, archetype, bits) {
                continue;
            }
            let specificity = sourced.rule.specificity();
            match best.map(|best| rules[best].rule.specificity()) {
                Some(held) if held > specificity => {}
                Some(held) if held == specificity => tied = Some(at),
                _ => (best, tied) = (Some(at), None),
            }
        }
        match (best, tied) {
            (Some(first), Some(second)) => {
                return Err(tie(&rules[first], &rules[second], describe(intent, state, archetype, bits)));
            }
            (Some(only), None) => {
                decides[only] = true;
                table.push(u16::try_from(only).expect("PLAYBOOK_MAX_RULES fits"));
            }
            (None, _) => {
                holes.push((intent, state, archetype, bits));
                table.push(0);
            }
        }
    }
    if let Some((intent, state, archetype, bits)) = holes.first() {
        let situation = describe(*intent, *state, *archetype, *bits);
        return Err(PlaybookError::Hole { situation, more: holes.len() - 1 });
    }
    if let Some(idle) = decides.iter().position(|decides| !decides) {
        let SourcedRule { rule, line } = &rules[idle];
        return Err(PlaybookError::Unreachable { line: *line, rule: rule.name.clone() });
    }
    Ok(table)
}

/// Every situation, in the order of the table.
pub(super) fn situations() -> impl Iterator<Item = (Intent, ThreadState, Archetype, FacetBits)> {
    Intent::VARIANTS.iter().flat_map(|intent| {
        ThreadState::VARIANTS.iter().flat_map(move |state| {
            Archetype::VARIANTS.iter().flat_map(move |archetype| {
                (0..FACET_CELLS).map(move |bits| (*intent, *state, *archetype, bits))
            })
        })
    })
}

fn cells() -> usize {
    Intent::VARIANTS.len() * ThreadState::VARIANTS.len() * Archetype::VARIANTS.len() * FACET_CELLS
}

fn tie(first: &SourcedRule, second: &SourcedRule, situation: String) -> PlaybookError {
    PlaybookError::Tie {
        line: second.line,
        rule: second.rule.name.clone(),
        other: first.rule.name.clone(),
        other_line: first.line,
        situation,
        specificity: first.rule.specificity(),
    }
}

fn describe(intent: Intent, state: ThreadState, archetype: Archetype, bits: FacetBits) -> String {
    let said = |bit, name: &str| if bits & bit == 0 { format!("no {name}") } else { name.to_owned() };
    format!(
        "intent {intent}, state {state}, archetype {archetype}, with {}, {}, {}",
        said(1, "dates"),
        said(2, "party"),
        said(4, "offer")
    )
}
