//! The workflows in force beside each other: one for a template key by default, others for some archetypes or states,
//! and never two of which neither wins.

use std::cmp::Ordering;

use strum::VariantArray as _;

use super::{
    definition::{EngineScope, Workflow, WorkflowId},
    error::WorkflowError,
};
use crate::{
    engine::EngineId,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
};

/// Most workflows. Checking plays every one against every situation, so that this bounds the time of a save.
pub const WORKFLOWS_MAX: usize = 200;

/// Workflows that were checked against each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkflowSet {
    workflows: Vec<Workflow>,
}

impl WorkflowSet {
    /// Checks workflows against each other: asked whenever one of them is about to change.
    ///
    /// # Errors
    /// Two of one id; more than [`WORKFLOWS_MAX`]; and a tie: a situation for which two name equally much and none
    /// names more.
    pub fn new(workflows: Vec<Workflow>) -> Result<Self, WorkflowError> {
        if workflows.len() > WORKFLOWS_MAX {
            return Err(WorkflowError::TooMany(workflows.len()));
        }
        for (at, workflow) in workflows.iter().enumerate() {
            if workflows[..at].iter().any(|other| other.id == workflow.id) {
                return Err(WorkflowError::Twice(workflow.id.clone()));
            }
        }
        let set = Self { workflows };
        set.check_ties()?;
        Ok(set)
    }

    /// The workflows, in the order they were given.
    #[must_use]
    pub fn workflows(&self) -> &[Workflow] {
        &self.workflows
    }

    /// The workflow of an id.
    #[must_use]
    pub fn get(&self, id: &WorkflowId) -> Option<&Workflow> {
        self.workflows.iter().find(|workflow| workflow.id == *id)
    }

    /// The one workflow for a situation: the one that names most. None means that the reply is held, `no_workflow`.
    #[must_use]
    pub fn choose(
        &self,
        archetype: Archetype,
        state: ThreadState,
        key: TemplateKey,
        engine: &EngineId,
    ) -> Option<&Workflow> {
        let fits = self.workflows.iter().filter(|workflow| workflow.is_for(archetype, state, key, engine));
        fits.max_by_key(|workflow| workflow.rank())
    }

    /// Template keys that have no workflow in some situation when `engine` writes, in order: their replies would be
    /// held. What confirms an opt-out is not among them: no engine words it.
    #[must_use]
    pub fn uncovered_keys(&self, engine: &EngineId) -> Vec<TemplateKey> {
        let is_open = |key: &TemplateKey| {
            situations().any(|(archetype, state)| self.choose(archetype, state, *key, engine).is_none())
        };
        let worded = TemplateKey::all().filter(|key| *key != TemplateKey::OPT_OUT_CONFIRMATION);
        worded.filter(is_open).collect()
    }

    fn check_ties(&self) -> Result<(), WorkflowError> {
        let engines = self.engines();
        for key in TemplateKey::all() {
            let for_key: Vec<&Workflow> = self
                .workflows
                .iter()
                .filter(|workflow| workflow.applies_to.template_keys.contains(&key))
                .collect();
            for engine in &engines {
                for (archetype, state) in situations() {
                    let fits =
                        for_key.iter().filter(|workflow| workflow.is_for(archetype, state, key, engine));
                    if let Some((first, second)) = tied(fits.copied()) {
                        return Err(WorkflowError::Tie {
                            first: first.id.clone(),
                            second: second.id.clone(),
                            situation: format!("template key {key}, archetype {archetype}, state {state}"),
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// One engine of every kind that the workflows tell apart: those they name, and one that none of them names.
    fn engines(&self) -> Vec<EngineId> {
        let named = self.workflows.iter().filter_map(|workflow| match &workflow.engine {
            EngineScope::Only(engine) => Some(engine.clone()),
            EngineScope::Any => None,
        });
        let mut engines: Vec<EngineId> = named.collect();
        // No id that can be read has an empty name, so that nobody names this one.
        engines.push(EngineId::Gpu { model: String::new(), build: String::new() });
        engines.sort();
        engines.dedup();
        engines
    }
}

/// The first two that share the highest rank.
fn tied<'a>(workflows: impl Iterator<Item = &'a Workflow>) -> Option<(&'a Workflow, &'a Workflow)> {
    let mut best: Option<&Workflow> = None;
    let mut equal = None;
    for workflow in workflows {
        match best.map(|best| best.rank().cmp(&workflow.rank())) {
            Some(Ordering::Greater) => {}
            Some(Ordering::Equal) => equal = equal.or(Some(workflow)),
            Some(Ordering::Less) | None => (best, equal) = (Some(workflow), None),
        }
    }
    best.zip(equal)
}

fn situations() -> impl Iterator<Item = (Archetype, ThreadState)> {
    Archetype::VARIANTS
        .iter()
        .flat_map(|archetype| ThreadState::VARIANTS.iter().map(move |state| (*archetype, *state)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::example;

    fn workflow(id: &str, applies_to: &str, engine: &str) -> Workflow {
        Workflow::parse_toml(&format!(
            "id = \"{id}\"\nname = \"x\"\nengine = \"{engine}\"\nsteps = [{{ draft = \"x\", max_chars = 320 }}]\n\
             [applies_to]\n{applies_to}"
        ))
        .unwrap()
    }

    fn gpu() -> EngineId {
        "do-gpu-small_1".parse().unwrap()
    }

    fn chosen(
        set: &WorkflowSet,
        archetype: Archetype,
        state: ThreadState,
        engine: &EngineId,
    ) -> Option<String> {
        set.choose(archetype, state, TemplateKey::PRICE_QUOTE, engine).map(|workflow| workflow.id.to_string())
    }

    #[test]
    fn the_one_that_names_more_wins() {
        let keys = "template_keys = [\"②\"]\n";
        let set = WorkflowSet::new(vec![
            workflow("both", &format!("{keys}archetypes = [\"bargainer\"]\nstates = [\"quoted\"]"), "any"),
            workflow("plain", keys, "any"),
            workflow("tuned", keys, "do-gpu-small_2"),
            workflow("bargainer", &format!("{keys}archetypes = [\"bargainer\"]"), "any"),
            // Ties with `bargainer` for quoted bargainers, were there no `both`.
            workflow("quoted", &format!("{keys}states = [\"quoted\"]"), "any"),
        ])
        .unwrap();
        let pick = |archetype, state| chosen(&set, archetype, state, &gpu()).unwrap();
        assert_eq!(pick(Archetype::Unknown, ThreadState::New), "plain");
        assert_eq!(pick(Archetype::Bargainer, ThreadState::New), "bargainer");
        assert_eq!(pick(Archetype::Unknown, ThreadState::Quoted), "quoted");
        assert_eq!(pick(Archetype::Bargainer, ThreadState::Quoted), "both");
        let tuned = "do-gpu-small_2".parse().unwrap();
        assert_eq!(chosen(&set, Archetype::Unknown, ThreadState::New, &tuned).unwrap(), "tuned");
        assert_eq!(chosen(&set, Archetype::Bargainer, ThreadState::New, &tuned).unwrap(), "bargainer");
        assert_eq!(chosen(&set, Archetype::Unknown, ThreadState::New, &EngineId::Template), None);
        assert_eq!(set.choose(Archetype::Unknown, ThreadState::New, TemplateKey::GREETING, &gpu()), None);
        assert_eq!(set.uncovered_keys(&gpu()).len(), 15);
    }

    #[test]
    fn a_tie_is_refused_with_both_names_and_the_situation() {
        let said = |first: &str, second: &str, engine: &str| {
            let keys = |rest: &str| format!("template_keys = [\"②\", \"⑧\"]\n{rest}");
            WorkflowSet::new(vec![workflow("a", &keys(first), "any"), workflow("b", &keys(second), engine)])
        };
        assert_eq!(
            said("archetypes = [\"bargainer\"]", "states = [\"new\"]", "any").unwrap_err().to_string(),
            "workflow b ties with workflow a for template key ②, archetype bargainer, state new: both name equally \
             much, so neither wins; name an archetype or a state more in one of them"
        );
        assert!(said("", "", "any").is_err());
        assert!(said("", "", "do-gpu-small_1").is_ok());
        assert!(said("states = [\"new\"]", "states = [\"booked\"]", "any").is_ok());
        let twice = vec![
            workflow("a", "template_keys = [\"①\"]", "any"),
            workflow("a", "template_keys = [\"②\"]", "any"),
        ];
        assert_eq!(WorkflowSet::new(twice).unwrap_err().to_string(), "workflow a is there twice");
    }

    #[test]
    fn a_set_has_its_bound() {
        let one = |number: usize| {
            let key = number % 17 + 1;
            workflow(
                &format!("w{number}"),
                &format!("template_keys = [\"{key}\"]"),
                &format!("do-gpu-small_{number}"),
            )
        };
        let many: Vec<Workflow> = (0..WORKFLOWS_MAX).map(one).collect();
        assert!(WorkflowSet::new(many.clone()).is_ok());
        let more = many.into_iter().chain([one(WORKFLOWS_MAX)]).collect();
        assert_eq!(WorkflowSet::new(more), Err(WorkflowError::TooMany(201)));
    }

    #[test]
    fn the_example_has_a_workflow_for_every_situation() {
        assert_eq!(example::workflows().uncovered_keys(&gpu()), []);
    }

    proptest! {
        #[test]
        fn the_order_of_a_set_that_was_accepted_changes_no_choice(
            picks in prop::collection::vec((0..3_usize, 0..3_usize, 0..3_usize), 1..6),
        ) {
            let archetypes = ["", "archetypes = [\"bargainer\"]\n", "archetypes = [\"bargainer\", \"unknown\"]\n"];
            let states = ["", "states = [\"new\"]\n", "states = [\"new\", \"quoted\"]\n"];
            let engines = ["any", "do-gpu-small_1", "do-gpu-small_2"];
            let workflows: Vec<Workflow> = picks.iter().enumerate().map(|(at, (archetype, state, engine))| {
                let applies_to = format!("template_keys = [\"②\"]\n{}{}", archetypes[*archetype], states[*state]);
                workflow(&format!("w{at}"), &applies_to, engines[*engine])
            }).collect();
            let reversed = WorkflowSet::new(workflows.iter().rev().cloned().collect());
            let set = WorkflowSet::new(workflows);
            prop_assert_eq!(set.is_ok(), reversed.is_ok());
            if let (Ok(set), Ok(reversed)) = (set, reversed) {
                for (archetype, state) in situations() {
                    prop_assert_eq!(
                        chosen(&set, archetype, state, &gpu()),
                        chosen(&reversed, archetype, state, &gpu())
                    );
                }
            }
        }
    }
}
