//! Chooses what to do next where the playbook leaves it open.

use ai_harness::task::{Choice, Orchestrate, OrchestrateInput, Untrusted};
use prospector_domain::{
    content_hash::ContentHash,
    intent::Intent,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
};

use super::{asked::Asked, asker::Asker};
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
    Ok(match asker.run::<Orchestrate>(&input).await? {
        Asked::Answer((chosen, prompt_hash)) => {
            match keys.iter().find(|key| key.number().to_string() == chosen.key) {
                Some(key) => Asked::Answer((*key, prompt_hash)),
                None => Asked::NoUse("the model chose what was not offered".to_owned()),
            }
        }
        Asked::NoUse(why) => Asked::NoUse(why),
        Asked::Wait(wait) => Asked::Wait(wait),
    })
}
