//! Settings an operator changes while the system runs: the mode (global and by channel), the draft engine, the mission.

use std::collections::BTreeMap;

use prospector_domain::{
    engine::EngineId, event::EventKind, mode::Mode, record::Thread, time::UnixMs, workflow::Mission,
};
use serde::Serialize;
use serde_json::json;

use crate::{
    Store,
    error::{Refusal, StoreError},
    event_log::{About, record},
    row::{RowName, to_json},
    session::{Session, execute, fetch_all},
    statement::{candidates, settings},
};

const MODE: &str = "mode";
const CHANNEL_MODE_PREFIX: &str = "mode.";
const DRAFT_ENGINE: &str = "draft_engine";
const MISSION: &str = "mission";

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The mode for everything that has none of its own.
    pub mode: Mode,
    /// Modes of single channels.
    pub channel_modes: BTreeMap<String, Mode>,
    /// The engine that writes drafts.
    pub draft_engine: EngineId,
    /// What today is about; empty by default.
    pub mission: Mission,
}

impl Settings {
    /// The mode that binds a thread: the most restrictive of global, channel and its own.
    #[must_use]
    pub fn mode_of(&self, thread: &Thread) -> Mode {
        Mode::effective(self.mode, self.channel_modes.get(&thread.channel).copied(), thread.mode)
    }
}

/// One change of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingChange {
    /// The global mode.
    Mode(Mode),
    /// The mode of one channel; none takes it away.
    ChannelMode(String, Option<Mode>),
    /// The draft engine. Refused unless it is `template` or has a registered build.
    DraftEngine(EngineId),
    /// The mission, as a whole; an empty one takes it away.
    Mission(Mission),
}

impl SettingChange {
    const fn is_mode(&self) -> bool {
        matches!(self, Self::Mode(_) | Self::ChannelMode(..))
    }
}

#[derive(sqlx::FromRow)]
struct SettingRow {
    name: String,
    value: String,
}

impl Store {
    /// The settings in force.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.settings.read", skip_all)]
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        let mut session = self.db.read().await?;
        read_settings(&mut session).await
    }

    /// Changes settings, all or none. Candidates held because of a pause are looked at again when the mode changes, and those
    /// held for want of an engine when the engine does.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] names the field; otherwise what the database says.
    #[tracing::instrument(name = "db.settings.change", skip_all)]
    pub async fn change_settings(
        &self,
        now: UnixMs,
        by: &str,
        changes: &[SettingChange],
    ) -> Result<Settings, StoreError> {
        self.retrying("db.settings.change", || async {
            let mut tx = self.db.begin().await?;
            // Writing the global mode first, even unchanged, waits for every send that is being marked just now.
            execute!(tx, settings::LOCK;)?;
            for change in changes {
                self.check_setting(&mut tx, change).await?;
                write_setting(&mut tx, now, by, change).await?;
            }
            if changes.iter().any(SettingChange::is_mode) {
                execute!(tx, candidates::RELEASE_PAUSED; now.0)?;
            }
            // Once, and not as long as the engine is in force: what it cannot answer either is held again.
            if changes.iter().any(|change| matches!(change, SettingChange::DraftEngine(_))) {
                execute!(tx, candidates::RELEASE_UNSERVED; now.0)?;
            }
            let after = read_settings(&mut tx).await?;
            tx.commit().await?;
            Ok(after)
        })
        .await
    }

    async fn check_setting(&self, tx: &mut Session, change: &SettingChange) -> Result<(), StoreError> {
        match change {
            SettingChange::DraftEngine(engine) if *engine != EngineId::Template => {
                if crate::builds::find(tx, engine).await?.is_none() {
                    let why = format!("engine {engine} has no registered build; register it first");
                    return Err(Refusal::Invalid { field: DRAFT_ENGINE.to_owned(), why }.into());
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

async fn write_setting(
    tx: &mut Session,
    now: UnixMs,
    by: &str,
    change: &SettingChange,
) -> Result<(), StoreError> {
    let (name, value) = match change {
        SettingChange::Mode(mode) => (MODE.to_owned(), Some(mode.to_string())),
        SettingChange::ChannelMode(channel, mode) => {
            (format!("{CHANNEL_MODE_PREFIX}{channel}"), mode.map(|mode| mode.to_string()))
        }
        SettingChange::DraftEngine(engine) => (DRAFT_ENGINE.to_owned(), Some(engine.to_string())),
        SettingChange::Mission(mission) => {
            (MISSION.to_owned(), (*mission != Mission::default()).then(|| to_json(mission)))
        }
    };
    match &value {
        Some(value) => execute!(tx, settings::SET; name.clone(), value.clone(), by.to_owned(), now.0)?,
        None => execute!(tx, settings::CLEAR; name.clone())?,
    };
    // The mission is the owner's text: the trail says that it changed, not what it says.
    let shown = if name == MISSION {
        json!({"name": name, "by": by})
    } else {
        json!({"name": name, "value": value, "by": by})
    };
    record(tx, now, EventKind::SettingChanged, About::default(), &shown).await
}

/// Reads the settings without keeping them still.
pub(crate) async fn read_settings(session: &mut Session) -> Result<Settings, StoreError> {
    parse(&fetch_all!(session, settings::ALL => SettingRow;)?)
}

/// Reads the settings and keeps them as they are until the transaction ends.
pub(crate) async fn hold_settings_still(tx: &mut Session) -> Result<Settings, StoreError> {
    parse(&fetch_all!(tx, settings::HOLD_STILL => SettingRow;)?)
}

fn parse(rows: &[SettingRow]) -> Result<Settings, StoreError> {
    // What an installation starts with: nothing is sent without a human until the owner says so.
    let mut settings = Settings {
        mode: Mode::Draft,
        channel_modes: BTreeMap::new(),
        draft_engine: EngineId::Template,
        mission: Mission::default(),
    };
    for row in rows {
        let name = RowName { table: "settings", id: &row.name };
        match row.name.as_str() {
            MODE => settings.mode = name.parse("value", &row.value)?,
            DRAFT_ENGINE => settings.draft_engine = name.parse("value", &row.value)?,
            MISSION => settings.mission = read_mission(name, &row.value)?,
            other => {
                // A setting of a newer program is left alone.
                if let Some(channel) = other.strip_prefix(CHANNEL_MODE_PREFIX) {
                    settings.channel_modes.insert(channel.to_owned(), name.parse("value", &row.value)?);
                }
            }
        }
    }
    Ok(settings)
}

/// The program before this one knew a mission as one text, which was its goal.
fn read_mission(name: RowName<'_>, text: &str) -> Result<Mission, StoreError> {
    if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok() {
        return name.json("value", text);
    }
    Mission::new(Some(text.trim().to_owned()), Vec::new(), None).map_err(|error| name.bad("value", error))
}
