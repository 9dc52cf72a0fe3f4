//! Reads what a message wants where the rules abstain.

use ai_harness::task::{Classify, ClassifyInput, Label, Task as _, Untrusted, run_with};
use prospector_domain::{content_hash::ContentHash, intent::Intent};
use strum::VariantArray as _;

use super::{
    asked::{Asked, of_task},
    asker::Asker,
};
use crate::failure::HandlerError;

/// What the model read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadIntent {
    /// The intent; none when the model is not sure either.
    pub(crate) intent: Option<Intent>,
    /// The hash of what it was asked.
    pub(crate) prompt_hash: ContentHash,
}

/// Asks what `text` wants. Consent is never asked about: only rules read that.
pub(crate) async fn read_intent(
    asker: &Asker<'_>,
    about: &str,
    text: &str,
) -> Result<Asked<ReadIntent>, HandlerError> {
    let task = Classify::new();
    let allowed = Intent::VARIANTS.iter().filter(|intent| intent.may_be_guessed());
    let input = ClassifyInput {
        about: about.to_owned(),
        labels: allowed
            .map(|intent| Label { name: intent.to_string(), meaning: intent.meaning().to_owned() })
            .collect(),
        earlier: Vec::new(),
        text: Untrusted::new("message", text),
        ask_confidence: false,
        atoms_schema: None,
    };
    let options = asker.options();
    match run_with(&asker.for_task(Classify::NAME), &task, &input, task.limits(), &options).await {
        Ok(run) => {
            let prompt_hash = asker.log.note_prompt(run.prompt.canonical_text());
            let intent = run.output.choice().and_then(|label| label.parse().ok());
            Ok(Asked::Answer(ReadIntent { intent, prompt_hash }))
        }
        Err(error) => of_task(asker.engine, error),
    }
}
