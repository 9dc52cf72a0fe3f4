//! The settings in force.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use prospector_domain::{acceptable, access::Scope, engine::EngineId, mode::Mode, workflow::Mission};
use prospector_store::{SettingChange, Settings};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Caller,
    inbound::unacceptable,
    problem::{Code, FieldError, Problem, ProblemBody},
    request::JsonBody,
    state::ApiState,
    wire,
};

/// The settings in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Settings, examples(json!({
    "mode": "draft",
    "channel_modes": {"whatsapp": "pause"},
    "draft_engine": "template",
    "mission": {"goal": "fill the family room for the bank holiday", "slots": ["family room, 6 to 9 June"]}
})))]
pub(super) struct SettingsView {
    /// The mode of everything that has none of its own.
    #[schema(value_type = wire::Mode)]
    mode: Mode,
    /// Modes of single channels; the most restrictive counts.
    #[schema(value_type = BTreeMap<String, wire::Mode>)]
    channel_modes: BTreeMap<String, Mode>,
    /// The engine that writes drafts.
    draft_engine: String,
    /// What today is about; an empty object by default.
    mission: MissionBody,
}

/// What today is about: what replies aim at, never what is true.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Mission, examples(json!({
    "goal": "fill the family room for the bank holiday",
    "slots": ["family room, 6 to 9 June"],
    "market": "families from Dublin"
})))]
pub(super) struct MissionBody {
    /// What replies should lead to. One line of 1 to 300 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<String>,
    /// What is free, in the business's words. At most 20 lines of 1 to 100 characters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slots: Vec<String>,
    /// Who is being spoken to. One line of 1 to 300 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    market: Option<String>,
}

/// Settings to be changed; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"mode": "pause"})))]
pub(super) struct SettingsPatch {
    /// The global mode.
    #[schema(value_type = Option<wire::Mode>)]
    mode: Option<Mode>,
    /// Modes of channels; null takes a channel's mode away.
    #[schema(required = false, schema_with = wire::modes_or_null)]
    channel_modes: BTreeMap<String, Option<Mode>>,
    /// The draft engine: `template`, or one with a registered build. Needs the scope `admin`.
    #[schema(value_type = Option<String>)]
    draft_engine: Option<EngineId>,
    /// The mission, as a whole; null takes it away.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<MissionBody>)]
    mission: Option<Option<MissionBody>>,
}

/// Tells a field that is null from one that is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<MissionBody>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Show the settings in force.
#[utoipa::path(get, path = "/v1/settings", tag = "Operation", responses((status = 200, body = SettingsView)))]
pub(super) async fn show_settings(State(state): State<ApiState>) -> Result<Json<SettingsView>, Problem> {
    Ok(Json(state.store().settings().await?.into()))
}

/// Change settings.
///
/// All that are given, or none. A mode counts from the moment this is answered, also for what is about to be sent;
/// candidates that were held by a pause are looked at again.
#[utoipa::path(patch, path = "/v1/settings", tag = "Operation", request_body = SettingsPatch, responses(
    (status = 200, body = SettingsView),
    (status = 422, description = "`errors` names the setting.",
        body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn change_settings(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(patch): JsonBody<SettingsPatch>,
) -> Result<Json<SettingsView>, Problem> {
    if patch.draft_engine.is_some() {
        caller.require(Scope::Admin)?;
    }
    let changes = patch.into_changes()?;
    let now = state.now();
    let settings = if changes.is_empty() {
        state.store().settings().await?
    } else {
        state.store().change_settings(now, caller.name(), &changes).await?
    };
    state.committed(now, &[]);
    Ok(Json(settings.into()))
}

impl SettingsPatch {
    fn into_changes(self) -> Result<Vec<SettingChange>, Problem> {
        let mut changes = Vec::new();
        changes.extend(self.mode.map(SettingChange::Mode));
        for (channel, mode) in self.channel_modes {
            acceptable::channel(&channel).map_err(|why| {
                Problem::fields(vec![unacceptable(&format!("channel_modes.{channel}"), &why)])
            })?;
            changes.push(SettingChange::ChannelMode(channel, mode));
        }
        changes.extend(self.draft_engine.map(SettingChange::DraftEngine));
        if let Some(mission) = self.mission {
            changes.push(SettingChange::Mission(mission.unwrap_or_default().into_mission()?));
        }
        Ok(changes)
    }
}

impl MissionBody {
    fn into_mission(self) -> Result<Mission, Problem> {
        Mission::new(self.goal, self.slots, self.market).map_err(|error| {
            let field = format!("mission.{}", error.field);
            Problem::fields(vec![FieldError { field, code: Code::InvalidValue, detail: error.reason }])
        })
    }
}

impl From<&Mission> for MissionBody {
    fn from(mission: &Mission) -> Self {
        Self {
            goal: mission.goal().map(str::to_owned),
            slots: mission.slots().to_vec(),
            market: mission.market().map(str::to_owned),
        }
    }
}

impl From<Settings> for SettingsView {
    fn from(settings: Settings) -> Self {
        Self {
            mode: settings.mode,
            channel_modes: settings.channel_modes,
            draft_engine: settings.draft_engine.to_string(),
            mission: (&settings.mission).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::parse_object;

    fn changes(patch: &str) -> Result<Vec<SettingChange>, Problem> {
        parse_object::<SettingsPatch>(patch.as_bytes())?.into_changes()
    }

    #[test]
    fn what_is_left_out_stays_and_null_takes_away() {
        assert_eq!(changes("{}").unwrap(), []);
        for empty in [r#"{"mission": null}"#, r#"{"mission": {}}"#] {
            assert_eq!(changes(empty).unwrap(), [SettingChange::Mission(Mission::default())]);
        }
        let goal = Mission::new(Some("fill the attic".to_owned()), Vec::new(), None).unwrap();
        let patch = r#"{"mission": {"goal": "fill the attic"}}"#;
        assert_eq!(changes(patch).unwrap(), [SettingChange::Mission(goal)]);
        assert_eq!(
            changes(r#"{"mode": "go", "channel_modes": {"sms": null, "web": "pause"}}"#).unwrap(),
            [
                SettingChange::Mode(Mode::Go),
                SettingChange::ChannelMode("sms".into(), None),
                SettingChange::ChannelMode("web".into(), Some(Mode::Pause)),
            ]
        );
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(changes(r#"{"mode": "stop"}"#).unwrap_err().code(), Code::InvalidValue);
        assert_eq!(
            changes(r#"{"channel_modes": {"S M S": "go"}}"#).unwrap_err().code(),
            Code::InvalidChannel
        );
        assert_eq!(changes(r#"{"draft_engine": "gpt"}"#).unwrap_err().code(), Code::InvalidValue);
        assert_eq!(changes(r#"{"mission": "fill the attic"}"#).unwrap_err().code(), Code::WrongType);
        for (mission, field, code) in [
            (r#"{"goal": " "}"#, "mission.goal", Code::InvalidValue),
            (r#"{"slots": ["attic", ""]}"#, "mission.slots[1]", Code::InvalidValue),
            (r#"{"gaol": "x"}"#, "mission.gaol", Code::UnknownField),
        ] {
            let problem = changes(&format!(r#"{{"mission": {mission}}}"#)).unwrap_err();
            assert_eq!(problem.code(), code, "{mission}");
            assert_eq!(serde_json::to_value(problem.body()).unwrap()["field"], field);
        }
        assert_eq!(changes(r#"{"colour": "red"}"#).unwrap_err().code(), Code::UnknownField);
    }
}
