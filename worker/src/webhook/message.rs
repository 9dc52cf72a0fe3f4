//! The bodies of webhooks. Receivers read them: fields may be added, and never change their meaning.

use prospector_domain::{
    engine::EngineId,
    id::{JobId, ThreadId},
    job::{AttemptError, JobKind, JobState},
    template::TemplateKey,
};
use serde::Serialize;
use serde_json::Value;

/// Asks the message bridge to send a text to a contact.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "message.send")]
pub(crate) struct MessageSend<'a> {
    /// The `webhook-id`, here as well for receivers that keep bodies only.
    pub(crate) id: &'a str,
    /// The conversation; none for a message that belongs to no thread.
    pub(crate) thread: Option<ThreadRef<'a>>,
    pub(crate) contact: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) text: &'a str,
    /// What the upstream system calls the newest message that this one answers.
    pub(crate) in_reply_to: Option<&'a str>,
    pub(crate) template_key: Option<TemplateKey>,
    /// The engine that wrote the text, or was in force when a person did.
    pub(crate) engine: Option<&'a EngineId>,
    /// When this attempt was made, RFC 3339.
    pub(crate) sent_at: String,
}

/// A conversation, as both sides call it.
#[derive(Debug, Serialize)]
pub(crate) struct ThreadRef<'a> {
    pub(crate) id: ThreadId,
    pub(crate) external_id: &'a str,
    pub(crate) source: &'a str,
}

/// Tells whoever asked for a single job that it has ended.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "job.finished")]
pub(crate) struct JobFinished<'a> {
    pub(crate) id: &'a str,
    pub(crate) job_id: JobId,
    pub(crate) kind: JobKind,
    pub(crate) state: JobState,
    /// What it gave back, when it succeeded.
    pub(crate) result: Option<&'a Value>,
    /// Its last error, when it failed.
    pub(crate) error: Option<&'a AttemptError>,
    pub(crate) sent_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01920000-0000-7000-8000-00000000002a";

    #[test]
    fn a_message_as_a_bridge_reads_it() {
        let message = MessageSend {
            id: ID,
            thread: Some(ThreadRef { id: ID.parse().unwrap(), external_id: "t-7", source: "bridge" }),
            contact: "+15550100",
            channel: "sms",
            text: "A double room is €90 per night.",
            in_reply_to: Some("m-12"),
            template_key: Some(TemplateKey::PRICE_QUOTE),
            engine: Some(&EngineId::Template),
            sent_at: "2026-03-01T12:00:00Z".to_owned(),
        };
        insta::assert_json_snapshot!(message);
    }

    #[test]
    fn a_finished_job_as_its_asker_reads_it() {
        let result = serde_json::json!({ "body": "Hello" });
        let finished = JobFinished {
            id: ID,
            job_id: ID.parse().unwrap(),
            kind: JobKind::Draft,
            state: JobState::Succeeded,
            result: Some(&result),
            error: None,
            sent_at: "2026-03-01T12:00:00Z".to_owned(),
        };
        insta::assert_json_snapshot!(finished);
    }
}
