//! An inbound message as it is sent, and the checks it passes.

use prospector_domain::{
    acceptable::{self, Unacceptable},
    time::{SECOND_MS, UnixMs},
};
use prospector_runtime::config::InboundSettings;
use prospector_store::InboundMessage;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::{Code, FieldError, Problem};

/// An inbound message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InboundMessage, examples(json!({
    "id": "SM-2041",
    "thread": "conversation-77",
    "contact": "+15550100",
    "channel": "sms",
    "text": "Hello Quinn, is a double room free next weekend?",
    "received_at": "2026-03-01T12:00:00Z",
    "zone": "Europe/Dublin"
})))]
pub(crate) struct MessageBody {
    /// What your system calls the message; with `source` its identity. A message sent again under the same identity
    /// is answered the same and changes nothing. 1 to 200 characters.
    /// Inside a CloudEvent it may be left out: there the event's own id counts.
    #[serde(default)]
    #[schema(required = true, value_type = String, min_length = 1, max_length = 200)]
    id: Option<String>,
    /// What your system calls the conversation. 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    thread: String,
    /// The contact's address on the channel: a telephone number, an e-mail address, a handle. 1 to 320 characters.
    #[schema(min_length = 1, max_length = 320)]
    contact: String,
    /// The channel: 1 to 32 of a-z, 0-9, `-` and `_`.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$")]
    channel: String,
    /// The text; the limit is `api.inbound.text_max_chars` characters.
    #[schema(min_length = 1)]
    text: String,
    /// When the contact sent it, in RFC 3339. Default now.
    #[serde(default)]
    #[schema(format = DateTime)]
    received_at: Option<String>,
    /// The contact's IANA time zone.
    #[serde(default)]
    zone: Option<String>,
    /// Your system's name. Default the name of the API key. 1 to 200 characters.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    source: Option<String>,
}

/// What a message is checked against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) limits: &'a InboundSettings,
    pub(crate) now: UnixMs,
    /// The name of the caller's key.
    pub(crate) caller: &'a str,
    pub(crate) traceparent: Option<&'a str>,
}

impl MessageBody {
    /// A message under an identity that was given elsewhere.
    pub(crate) fn identified(self, source: String, id: String) -> Self {
        Self { source: Some(source), id: Some(id), ..self }
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(crate) fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    pub(crate) fn has_time(&self) -> bool {
        self.received_at.is_some()
    }

    pub(crate) fn received(self, at: Option<String>) -> Self {
        Self { received_at: at, ..self }
    }

    /// Checks every field, and reports all that are wrong at once.
    pub(crate) fn check(self, arrival: &Arrival<'_>) -> Result<InboundMessage, Problem> {
        let mut wrong = Wrong::default();
        let source = self.source.unwrap_or_else(|| arrival.caller.to_owned());
        let id = match self.id {
            None => wrong.missing("id"),
            Some(id) => {
                wrong.note("id", acceptable::identifier(&id));
                id
            }
        };
        wrong.note("thread", acceptable::identifier(&self.thread));
        wrong.note("contact", acceptable::contact(&self.contact));
        wrong.note("channel", acceptable::channel(&self.channel));
        wrong.note("text", acceptable::text(&self.text, arrival.limits.text_max_chars));
        wrong.note("source", acceptable::identifier(&source));
        if let Some(zone) = &self.zone {
            wrong.note("zone", acceptable::zone(zone));
        }
        let received_at = match self.received_at.as_deref().map(|text| read_time(text, arrival)) {
            None => arrival.now,
            Some(Ok(at)) => at,
            Some(Err(error)) => {
                wrong.0.push(error);
                arrival.now
            }
        };
        wrong.into_result()?;
        Ok(InboundMessage {
            source,
            external_id: id,
            thread: self.thread,
            contact: self.contact,
            channel: self.channel,
            zone: self.zone,
            text: self.text,
            received_at_ms: received_at,
            traceparent: arrival.traceparent.map(str::to_owned),
        })
    }
}

#[derive(Debug, Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn note(&mut self, field: &str, checked: Result<(), Unacceptable>) {
        if let Err(why) = checked {
            self.0.push(unacceptable(field, &why));
        }
    }

    /// Notes that a field is not there; the empty text stands in for it until the result is asked for.
    fn missing(&mut self, field: &str) -> String {
        let detail = "is required".to_owned();
        self.0.push(FieldError { field: field.to_owned(), code: Code::MissingField, detail });
        String::new()
    }

    fn into_result(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::fields(self.0)) }
    }
}

/// The error of a field whose text is not acceptable.
pub(crate) fn unacceptable(field: &str, why: &Unacceptable) -> FieldError {
    // A test of the codes shows that each reason has one.
    let code = why.code().parse().unwrap_or(Code::InvalidValue);
    FieldError { field: field.to_owned(), code, detail: why.to_string() }
}

fn read_time(text: &str, arrival: &Arrival<'_>) -> Result<UnixMs, FieldError> {
    let wrong = |code, detail| FieldError { field: "received_at".to_owned(), code, detail };
    let at = UnixMs::parse_rfc3339(text).map_err(|error| {
        let detail = format!("must be a time with an offset such as 2026-03-01T12:00:00Z: {error}");
        wrong(Code::InvalidValue, detail)
    })?;
    let skew_max_s = arrival.limits.clock_skew_max_s;
    if at.since(arrival.now) > skew_max_s.saturating_mul(SECOND_MS) {
        let detail = format!("lies more than {skew_max_s} s in the future; it is {} here", arrival.now);
        return Err(wrong(Code::ReceivedAtInFuture, detail));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::request::parse_object;

    const NOON: UnixMs = UnixMs(1_772_366_400_000);

    fn check(body: &Value) -> Result<InboundMessage, Problem> {
        let limits = InboundSettings { text_max_chars: 50, ..InboundSettings::default() };
        let arrival = Arrival { limits: &limits, now: NOON, caller: "bridge", traceparent: Some("tp") };
        parse_object::<MessageBody>(body.to_string().as_bytes())?.check(&arrival)
    }

    fn message() -> Value {
        json!({"id": "m1", "thread": "t1", "contact": "+15550100", "channel": "sms", "text": "Hello"})
    }

    fn refused(field: &str, value: Value) -> Vec<(String, String)> {
        let mut body = message();
        body[field] = value;
        let problem = serde_json::to_value(check(&body).unwrap_err().body()).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = problem["errors"].as_array().unwrap();
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    }

    fn one(field: &str, code: &str) -> Vec<(String, String)> {
        vec![(field.to_owned(), code.to_owned())]
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let message = check(&message()).unwrap();
        assert_eq!((message.source.as_str(), message.received_at_ms), ("bridge", NOON));
        assert_eq!(message.traceparent.as_deref(), Some("tp"));
    }

    #[test]
    fn every_field_is_checked() {
        assert_eq!(refused("id", json!("")), one("id", "empty"));
        assert_eq!(refused("id", Value::Null), one("id", "missing_field"));
        assert_eq!(refused("id", json!(7)), one("id", "wrong_type"));
        assert_eq!(refused("thread", json!(" t")), one("thread", "padded"));
        assert_eq!(refused("contact", json!("a\nb")), one("contact", "invalid_unicode"));
        assert_eq!(refused("channel", json!("S M S")), one("channel", "invalid_channel"));
        assert_eq!(refused("text", json!(" \u{200b}")), one("text", "empty"));
        assert_eq!(refused("text", json!("a\u{0}b")), one("text", "invalid_unicode"));
        assert_eq!(refused("text", json!("x".repeat(51))), one("text", "too_long"));
        assert_eq!(refused("source", json!("")), one("source", "empty"));
        assert_eq!(refused("zone", json!("Mars/Olympus")), one("zone", "invalid_zone"));
        assert_eq!(refused("received_at", json!("yesterday")), one("received_at", "invalid_value"));
        assert_eq!(refused("received_at", json!("2026-03-01T12:00:00")), one("received_at", "invalid_value"));
        assert_eq!(refused("colour", json!("red")), one("colour", "unknown_field"));
    }

    #[test]
    fn the_future_is_refused_beyond_the_skew() {
        let mut body = message();
        body["received_at"] = json!("2026-03-01T12:05:00Z");
        assert_eq!(check(&body).unwrap().received_at_ms, NOON.plus_ms(300_000));
        body["received_at"] = json!("2026-03-01T12:05:01Z");
        assert_eq!(check(&body).unwrap_err().code(), Code::ReceivedAtInFuture);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let body = json!({"id": "", "thread": "t", "contact": "", "channel": "X", "text": "ok"});
        let problem = serde_json::to_value(check(&body).unwrap_err().body()).unwrap();
        let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| &e["field"]).collect();
        assert_eq!(fields, ["id", "contact", "channel"]);
        assert_eq!(problem["detail"], "id must not be empty or blank (and 2 more)");
    }
}
