//! Jobs asked for one by one, outside any conversation: what each kind takes as its input.
//!
//! The same types read a request when it comes in and the row when the job runs, so that a job that was accepted can be
//! carried out. What a kind gives back is its handler's business.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    acceptable::{self, Unacceptable},
    id::JobId,
    job::JobKind,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
};

/// The input of a single job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinglePayload {
    /// Reads a text: intent, atoms, and what the playbook would do.
    Classify(ClassifyText),
    /// Writes the reply of a template key and gates it.
    Draft(DraftText),
    /// Asks a model what is wrong with a text.
    Judge(JudgeText),
    /// Delivers a text to a contact, after the gate.
    Dispatch(DispatchText),
    /// Tells a sink that another single job has finished. Only the store writes these.
    Callback(Callback),
    /// Does nothing.
    Probe,
}

/// A text to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifyText {
    /// The text.
    pub text: String,
    /// The IANA zone in which its dates are meant. Default UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How far the conversation would have come. Default new.
    #[serde(default)]
    pub state: ThreadState,
    /// Who would be writing. Default unknown.
    #[serde(default)]
    pub archetype: Archetype,
}

/// A reply to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftText {
    /// The situation it is for.
    pub template_key: TemplateKey,
    /// The message it would answer; the gate reads it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbound: Option<String>,
}

/// A text to be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeText {
    /// The text.
    pub body: String,
    /// The message it would answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbound: Option<String>,
}

/// A text to be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispatchText {
    /// The sink. Default the channel's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Who gets it.
    pub contact: String,
    /// On which channel.
    pub channel: String,
    /// The text.
    pub body: String,
}

/// The report that a single job has finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    /// The finished job.
    pub job_id: JobId,
    /// The sink that is told.
    pub sink: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallbackRow {
    callback: Callback,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// What is wrong with the input of a single job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct PayloadError {
    /// The offending field, such as `payload.text`.
    pub field: String,
    /// Its stable code, for programs.
    pub code: &'static str,
    /// What is wrong, readable after the field's name.
    pub reason: String,
}

impl SinglePayload {
    /// Reads the input that somebody asks a job of `kind` to be run with; `text_max_chars` bounds its texts.
    ///
    /// # Errors
    /// Names the field.
    pub fn parse(kind: JobKind, payload: Value, text_max_chars: usize) -> Result<Self, PayloadError> {
        let read = match kind {
            JobKind::Classify => Self::Classify(read(payload)?),
            JobKind::Draft => Self::Draft(read(payload)?),
            JobKind::Dispatch => Self::Dispatch(read(payload)?),
            JobKind::Probe => read_nothing(payload)?,
            JobKind::Judge => Self::Judge(read(payload)?),
        };
        read.check(text_max_chars)?;
        Ok(read)
    }

    /// Reads the input of a job's row, as the handler of `kind` finds it.
    ///
    /// # Errors
    /// Names the field; such a row was not written by this program.
    pub fn from_row(kind: JobKind, payload: &Value) -> Result<Self, PayloadError> {
        if kind == JobKind::Dispatch && payload.get("callback").is_some() {
            return read::<CallbackRow>(payload.clone()).map(|row| Self::Callback(row.callback));
        }
        // The bound of the request that brought it is not known here, and was kept then.
        Self::parse(kind, payload.clone(), acceptable::TEXT_MAX_CHARS)
    }

    /// The kind of job that carries it out.
    #[must_use]
    pub const fn kind(&self) -> JobKind {
        match self {
            Self::Classify(_) => JobKind::Classify,
            Self::Draft(_) => JobKind::Draft,
            Self::Judge(_) => JobKind::Judge,
            Self::Dispatch(_) | Self::Callback(_) => JobKind::Dispatch,
            Self::Probe => JobKind::Probe,
        }
    }

    /// The form in which a row keeps it; [`SinglePayload::from_row`] reads it back.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Classify(payload) => json!(payload),
            Self::Draft(payload) => json!(payload),
            Self::Judge(payload) => json!(payload),
            Self::Dispatch(payload) => json!(payload),
            Self::Callback(callback) => json!({ "callback": callback }),
            Self::Probe => Value::Null,
        }
    }

    fn check(&self, text_max_chars: usize) -> Result<(), PayloadError> {
        match self {
            Self::Classify(ClassifyText { text, zone, .. }) => {
                field("text", acceptable::text(text, text_max_chars))?;
                zone.as_deref().map_or(Ok(()), |zone| field("zone", acceptable::zone(zone)))
            }
            Self::Draft(DraftText { inbound, .. }) => inbound
                .as_deref()
                .map_or(Ok(()), |inbound| field("inbound", acceptable::text(inbound, text_max_chars))),
            Self::Judge(JudgeText { body, inbound }) => {
                field("body", acceptable::text(body, text_max_chars))?;
                inbound
                    .as_deref()
                    .map_or(Ok(()), |inbound| field("inbound", acceptable::text(inbound, text_max_chars)))
            }
            Self::Dispatch(DispatchText { sink, contact, channel, body }) => {
                if let Some(sink) = sink {
                    field("sink", acceptable::channel(sink))?;
                }
                field("contact", acceptable::contact(contact))?;
                field("channel", acceptable::channel(channel))?;
                field("body", acceptable::text(body, text_max_chars))
            }
            Self::Callback(_) | Self::Probe => Ok(()),
        }
    }
}

impl PayloadError {
    fn new(field: impl Into<String>, code: &'static str, reason: impl Into<String>) -> Self {
        Self { field: field.into(), code, reason: reason.into() }
    }
}

fn field(name: &str, checked: Result<(), Unacceptable>) -> Result<(), PayloadError> {
    checked.map_err(|why| PayloadError::new(format!("payload.{name}"), why.code(), why.to_string()))
}

fn read<T: for<'de> Deserialize<'de>>(payload: Value) -> Result<T, PayloadError> {
    serde_path_to_error::deserialize(payload).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "payload".to_owned() } else { format!("payload.{path}") };
        PayloadError::new(field, "invalid", error.into_inner().to_string())
    })
}

fn read_nothing(payload: Value) -> Result<SinglePayload, PayloadError> {
    if !payload.is_null() {
        read::<Nothing>(payload)?;
    }
    Ok(SinglePayload::Probe)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 100;

    fn refused(kind: JobKind, payload: Value) -> String {
        SinglePayload::parse(kind, payload, MAX).unwrap_err().to_string()
    }

    #[test]
    fn every_kind_is_read_and_kept_in_a_row() {
        let asked = [
            (JobKind::Classify, json!({"text": "Is a room free?", "zone": "Europe/Dublin"})),
            (JobKind::Classify, json!({"text": "Hello", "state": "quoted", "archetype": "bargainer"})),
            (JobKind::Draft, json!({"template_key": "②", "inbound": "What does it cost?"})),
            (JobKind::Judge, json!({"body": "See you soon.", "inbound": "When can I come?"})),
            (JobKind::Dispatch, json!({"contact": "+15550100", "channel": "sms", "body": "See you soon."})),
            (JobKind::Probe, json!({})),
            (JobKind::Probe, Value::Null),
        ];
        for (kind, payload) in asked {
            let read = SinglePayload::parse(kind, payload, MAX).unwrap();
            assert_eq!(read.kind(), kind);
            assert_eq!(SinglePayload::from_row(kind, &read.to_json()).unwrap(), read);
        }
    }

    #[test]
    fn a_callback_is_read_from_a_row_and_cannot_be_asked_for() {
        let row = json!({"callback": {"job_id": "01920000-0000-7000-8000-00000000002a", "sink": "bridge"}});
        let read = SinglePayload::from_row(JobKind::Dispatch, &row).unwrap();
        assert!(matches!(&read, SinglePayload::Callback(callback) if callback.sink == "bridge"));
        assert_eq!(read.to_json(), row);
        assert!(refused(JobKind::Dispatch, row).starts_with("payload.callback unknown field"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_field() {
        let missing = refused(JobKind::Classify, json!({}));
        assert_eq!(missing, "payload missing field `text`");
        assert_eq!(
            refused(JobKind::Classify, json!({"text": " "})),
            "payload.text must not be empty or blank"
        );
        assert!(
            refused(JobKind::Classify, json!({"text": 7})).starts_with("payload.text invalid type: integer")
        );
        assert!(refused(JobKind::Classify, json!({"text": "x".repeat(101)})).contains("at most 100"));
        assert!(refused(JobKind::Draft, json!({"template_key": "⑱"})).starts_with("payload.template_key"));
        assert!(refused(JobKind::Probe, json!({"a": 1})).contains("unknown field `a`"));
        let dispatch = json!({"contact": "+15550100", "channel": "S M S", "body": "Hi"});
        assert!(refused(JobKind::Dispatch, dispatch).starts_with("payload.channel must be 1 to 32"));
    }
}
