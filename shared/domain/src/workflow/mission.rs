//! The mission: the daily dial. What today is about, what is free, who is being spoken to. A setting; it changes what
//! a reply aims at and never what is true.

use serde::{Deserialize, Serialize};

/// Longest goal or market, in characters: a sentence or two, in every prompt of the day.
const TEXT_MAX_CHARS: usize = 300;
/// Longest slot, in characters.
const SLOT_MAX_CHARS: usize = 100;
/// Most slots.
const SLOTS_MAX: usize = 20;

/// What today is about. Empty by default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "RawMission")]
pub struct Mission {
    /// What replies should lead to, such as `fill the family room this weekend`.
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<String>,
    /// What is free, in the business's words, such as `double room, 12 to 15 June`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slots: Vec<String>,
    /// Who is being spoken to, such as `families from Dublin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    market: Option<String>,
}

/// Why a text is not a mission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mission field `{field}` {reason}")]
pub struct MissionError {
    /// Its path, such as `slots[2]`.
    pub field: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct RawMission {
    goal: Option<String>,
    slots: Vec<String>,
    market: Option<String>,
}

impl Mission {
    /// A mission.
    ///
    /// # Errors
    /// [`MissionError`] when a text is empty, has several lines, or is too long, or there are too many slots.
    pub fn new(
        goal: Option<String>,
        slots: Vec<String>,
        market: Option<String>,
    ) -> Result<Self, MissionError> {
        let refuse = |field: String, reason: String| Err(MissionError { field, reason });
        if slots.len() > SLOTS_MAX {
            return refuse(
                "slots".to_owned(),
                format!("has {} entries, at most {SLOTS_MAX} are allowed", slots.len()),
            );
        }
        let goals = goal.iter().map(|text| ("goal".to_owned(), text, TEXT_MAX_CHARS));
        let markets = market.iter().map(|text| ("market".to_owned(), text, TEXT_MAX_CHARS));
        let each = slots.iter().enumerate().map(|(at, text)| (format!("slots[{at}]"), text, SLOT_MAX_CHARS));
        for (field, text, max_chars) in goals.chain(markets).chain(each) {
            if text.trim().is_empty() || text.trim() != text || text.chars().any(char::is_control) {
                return refuse(field, "must be one line of text without space at its ends".to_owned());
            }
            let chars = text.chars().count();
            if chars > max_chars {
                return refuse(field, format!("is {chars} characters long, at most {max_chars} are allowed"));
            }
        }
        Ok(Self { goal, slots, market })
    }

    /// What replies should lead to.
    #[must_use]
    pub fn goal(&self) -> Option<&str> {
        self.goal.as_deref()
    }

    /// What is free, in the business's words.
    #[must_use]
    pub fn slots(&self) -> &[String] {
        &self.slots
    }

    /// Who is being spoken to.
    #[must_use]
    pub fn market(&self) -> Option<&str> {
        self.market.as_deref()
    }
}

impl TryFrom<RawMission> for Mission {
    type Error = MissionError;
    fn try_from(raw: RawMission) -> Result<Self, MissionError> {
        Self::new(raw.goal, raw.slots, raw.market)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mission_is_small_and_checked() {
        let json =
            r#"{"goal":"fill the family room","slots":["double room, 12 to 15 June"],"market":"families"}"#;
        let mission: Mission = serde_json::from_str(json).unwrap();
        assert_eq!(mission.goal(), Some("fill the family room"));
        assert_eq!((mission.slots().len(), mission.market()), (1, Some("families")));
        assert_eq!(serde_json::to_string(&mission).unwrap(), json);
        assert_eq!(serde_json::from_str::<Mission>("{}").unwrap(), Mission::default());
        assert_eq!(serde_json::to_string(&Mission::default()).unwrap(), "{}");

        let said = |json: &str| serde_json::from_str::<Mission>(json).unwrap_err().to_string();
        assert!(said(r#"{"goal": "a\nb"}"#).contains("`goal` must be one line"));
        assert!(said(r#"{"slots": ["x", " "]}"#).contains("`slots[1]` must be one line"));
        assert!(said(r#"{"gaol": "x"}"#).contains("unknown field `gaol`"));
        let long = Mission::new(None, vec![], Some("x".repeat(301))).unwrap_err().to_string();
        assert_eq!(long, "mission field `market` is 301 characters long, at most 300 are allowed");
        assert!(Mission::new(None, vec!["x".to_owned(); 21], None).is_err());
    }
}
