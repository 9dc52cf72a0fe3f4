//! `prospector drafts`: what was written, and from which prompt.

use std::io::{self, Write as _};

use anyhow::Context as _;

use crate::{
    args::{Common, DraftsCommand},
    house::House,
    output,
};

pub(crate) async fn run(common: &Common, command: DraftsCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    match command {
        DraftsCommand::Show { id } => {
            let draft = house.store.draft(id).await?.with_context(|| format!("no draft with id {id}"))?;
            output::json(&draft)
        }
        DraftsCommand::Prompt { id } => {
            let draft = house.store.draft(id).await?.with_context(|| format!("no draft with id {id}"))?;
            let run = draft.workflow.with_context(|| {
                format!("draft {id} came from engine {}: no model was asked", draft.engine)
            })?;
            let prompt = house.store.prompt(run.prompt_hash).await?;
            let prompt = prompt.with_context(|| format!("prompt {} is not there", run.prompt_hash))?;
            // Byte for byte: not even a line break is added.
            io::stdout().lock().write_all(prompt.as_bytes()).context("cannot write to standard output")
        }
    }
}
