//! Chooses what to do next where the playbook leaves it open.

use ai_harness::task::{Choice, Orchestrate, OrchestrateInput, Task as _, Untrusted, run_with};
use prospector_domain::{
    content_hash::ContentHash,
    intent::Intent,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
};

use super::{
    asked::{Asked, of_task},
    asker::Asker,
};
use crate::failure::HandlerError;

/// What a choice is made in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossroads<'a> {
    pub(crate) text: &'a str,
    pub(crate) intent: Intent,
    pub(crate) state: ThreadState,
    pub(crate) archetype: Archetype,
}

/// Asks which of `keys` to reply with; nothing else can be chosen.
pub(crate) async fn choose(
    asker: &Asker<'_>,
    keys: &[TemplateKey],
    at: Crossroads<'_>,
) -> Result<Asked<(TemplateKey, ContentHash)>, HandlerError> {
    let task = Orchestrate::new();
    let Crossroads { text, intent, state, archetype } = at;
    let input = OrchestrateInput {
        situation: format!(
            "the message means: {}. The conversation is {state}, the guest is {archetype}.",
            intent.meaning()
        ),
        choices: keys
            .iter()
            .map(|key| Choice { key: key.number().to_string(), meaning: key.meaning().to_owned() })
            .collect(),
        data: vec![Untrusted::new("message", text)],
    };
    let options = asker.options();
    match run_with(&asker.for_task(Orchestrate::NAME), &task, &input, task.limits(), &options).await {
        Ok(run) => {
            let prompt_hash = asker.log.note_prompt(run.prompt.canonical_text());
            let chosen = keys.iter().find(|key| key.number().to_string() == run.output.key);
            let chosen = chosen.map(|key| Asked::Answer((*key, prompt_hash)));
            Ok(chosen.unwrap_or_else(|| Asked::NoUse("the model chose what was not offered".to_owned())))
        }
        Err(error) => of_task(asker.engine, error),
    }
}
