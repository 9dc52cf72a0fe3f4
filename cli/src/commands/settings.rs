//! `prospector settings`: what an operator changes while the system runs.

use prospector_store::SettingChange;

use crate::{
    args::{Common, SettingsCommand},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, command: SettingsCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let change = match command {
        SettingsCommand::Show => return output::json(&house.store.settings().await?),
        SettingsCommand::Mode { mode, channel: None } => SettingChange::Mode(mode),
        SettingsCommand::Mode { mode, channel: Some(channel) } => {
            SettingChange::ChannelMode(channel, Some(mode))
        }
        SettingsCommand::DraftEngine { engine } => SettingChange::DraftEngine(engine),
    };
    let now = house.sources.clock.now();
    output::json(&house.store.change_settings(now, OPERATOR, &[change]).await?)
}
