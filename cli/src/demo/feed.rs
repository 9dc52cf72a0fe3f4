//! Reading the messages to feed: one JSON object a line. A file with a bad line is refused whole, before anything was
//! fed, with the line, the field and the reason.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail, ensure};
use prospector_domain::{acceptable, time::UnixMs};
use serde_json::{Map, Value};

/// The channel of messages that name none.
const DEFAULT_CHANNEL: &str = "sms";

/// One message to feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedMessage {
    /// Its identity; made from the line number where the file gives none.
    pub(crate) id: String,
    /// Its conversation; one of its own where the file names none.
    pub(crate) thread: String,
    pub(crate) contact: String,
    pub(crate) channel: String,
    pub(crate) text: String,
    pub(crate) received_at: Option<UnixMs>,
}

/// A file, read and checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Feed {
    pub(crate) messages: Vec<FeedMessage>,
    /// Fields that were found and are not used.
    pub(crate) ignored: BTreeSet<String>,
}

const FIELDS: [&str; 6] = ["id", "thread", "contact", "channel", "text", "received_at"];

/// Reads a feed; `text_max_chars` is the limit the API will apply.
///
/// # Errors
/// For the first bad line.
pub(crate) fn read(source: &str, text_max_chars: usize) -> anyhow::Result<Feed> {
    let mut feed = Feed { messages: Vec::new(), ignored: BTreeSet::new() };
    for (index, line) in source.lines().enumerate() {
        let number = index + 1;
        if line.trim().is_empty() {
            continue;
        }
        let value: Value = serde_json::from_str(line.trim_start_matches('\u{feff}'))
            .with_context(|| format!("line {number} is not valid JSON"))?;
        let Value::Object(object) = value else {
            bail!("line {number} is not a JSON object such as {{\"text\": \"hello\"}}");
        };
        feed.ignored.extend(object.keys().filter(|key| !FIELDS.contains(&key.as_str())).cloned());
        let message = message(&object, number, text_max_chars)?;
        feed.messages.push(message);
    }
    ensure!(
        !feed.messages.is_empty(),
        "there is no message in it; write one JSON object a line: {{\"text\": \"hello\"}}"
    );
    Ok(feed)
}

fn message(object: &Map<String, Value>, number: usize, text_max_chars: usize) -> anyhow::Result<FeedMessage> {
    let text = match object.get("text") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => bail!("line {number}: field `text` must be a string, got {}", kind_of(other)),
        None => bail!("line {number}: field `text` is missing"),
    };
    let id = optional(object, "id", number)?.unwrap_or_else(|| format!("line-{number}"));
    let thread = optional(object, "thread", number)?.unwrap_or_else(|| format!("thread of {id}"));
    let received_at = optional(object, "received_at", number)?
        .map(|text| {
            UnixMs::parse_rfc3339(&text).map_err(|error| {
                anyhow::anyhow!(
                    "line {number}: field `received_at` is not a time such as 2026-03-01T12:00:00Z: {error}"
                )
            })
        })
        .transpose()?;
    let message = FeedMessage {
        contact: optional(object, "contact", number)?.unwrap_or_else(|| format!("contact of {thread}")),
        channel: optional(object, "channel", number)?.unwrap_or_else(|| DEFAULT_CHANNEL.to_owned()),
        id,
        thread,
        text,
        received_at,
    };
    // The checks of the API itself, so that a file is either fed whole or not at all.
    for (field, checked) in [
        ("text", acceptable::text(&message.text, text_max_chars)),
        ("id", acceptable::identifier(&message.id)),
        ("thread", acceptable::identifier(&message.thread)),
        ("contact", acceptable::contact(&message.contact)),
        ("channel", acceptable::channel(&message.channel)),
    ] {
        checked.map_err(|why| anyhow::anyhow!("line {number}: field `{field}` {why}"))?;
    }
    Ok(message)
}

/// A text field that may be missing or null; a number is taken as its digits, as ids often are numbers.
fn optional(object: &Map<String, Value>, field: &str, number: usize) -> anyhow::Result<Option<String>> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(digits)) if field != "received_at" => Ok(Some(digits.to_string())),
        Some(other) => bail!("line {number}: field `{field}` must be a string, got {}", kind_of(other)),
    }
}

const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_text_is_a_thread_of_its_own_and_other_fields_are_named_once() {
        let feed = read(
            "{\"text\": \"hi\", \"intents\": []}\n\n{\"text\": \"ho\", \"intents\": [1], \"id\": 7}\n",
            100,
        )
        .unwrap();
        assert_eq!(feed.ignored.into_iter().collect::<Vec<_>>(), ["intents"]);
        let ids: Vec<_> = feed.messages.iter().map(|m| (m.id.as_str(), m.thread.as_str())).collect();
        assert_eq!(ids, [("line-1", "thread of line-1"), ("7", "thread of 7")]);
    }

    #[test]
    fn a_bad_line_is_named_with_its_field() {
        let said = |source: &str| format!("{:#}", read(source, 5).unwrap_err());
        assert!(said("{\"text\": \"a\"}\n{").starts_with("line 2 is not valid JSON"));
        assert_eq!(said("[1]"), "line 1 is not a JSON object such as {\"text\": \"hello\"}");
        assert_eq!(said("{}"), "line 1: field `text` is missing");
        assert_eq!(said("{\"text\": 4}"), "line 1: field `text` must be a string, got a number");
        assert_eq!(said("{\"text\": \" \"}"), "line 1: field `text` must not be empty or blank");
        assert_eq!(
            said("{\"text\": \"123456\"}"),
            "line 1: field `text` is 6 characters long, at most 5 are allowed"
        );
        assert_eq!(
            said("{\"text\": \"a\", \"thread\": []}"),
            "line 1: field `thread` must be a string, got an array"
        );
        assert!(
            said("{\"text\": \"a\", \"received_at\": \"noon\"}").starts_with("line 1: field `received_at`")
        );
        assert!(said("").starts_with("there is no message in it"));
    }
}
