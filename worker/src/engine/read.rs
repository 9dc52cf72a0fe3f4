//! Reads what a message wants where the rules abstain.

use ai_harness::task::{Classify, ClassifyInput, Label, Untrusted};
use prospector_domain::{content_hash::ContentHash, intent::Intent};
use strum::VariantArray as _;

use super::{asked::Asked, asker::Asker};
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
    Ok(asker.run::<Classify>(&input).await?.map(|(read, prompt_hash)| {
        let intent = read.choice().and_then(|label| label.parse().ok());
        ReadIntent { intent, prompt_hash }
    }))
}
