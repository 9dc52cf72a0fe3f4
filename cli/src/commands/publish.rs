//! `prospector publish`: new facts, canon or playbook, from a file. What is not acceptable changes nothing.

use std::path::Path;

use anyhow::Context as _;

use crate::{
    args::{Common, PublishCommand},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, command: PublishCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let (store, now) = (&house.store, house.sources.clock.now());
    let (what, version) = match command {
        PublishCommand::Facts { file } => ("facts", store.publish_facts(now, OPERATOR, &read(&file)?).await?),
        PublishCommand::Canon { file } => ("canon", store.publish_canon(now, OPERATOR, &read(&file)?).await?),
        PublishCommand::Playbook { file } => {
            ("playbook", store.publish_playbook(now, OPERATOR, &read(&file)?).await?)
        }
    };
    output::line(&format!("{what} version {version} is in force"));
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}
