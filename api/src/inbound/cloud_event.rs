//! CloudEvents 1.0 in their two HTTP forms: structured, where the body is the event, and binary, where the body is the
//! data and the attributes are headers. The event's `source` and `id` are the message's identity.

use axum::http::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::message::MessageBody;
use crate::{
    problem::{Code, Problem},
    request::parse_object,
};

/// Media type of one structured event.
pub(crate) const STRUCTURED: &str = "application/cloudevents+json";
/// Media type of a batch of structured events.
pub(crate) const BATCH: &str = "application/cloudevents-batch+json";
/// The one type of event taken.
const TYPE: &str = "prospector.inbound.v1";
const SPEC_VERSION: &str = "1.0";
const SPEC_VERSION_HEADER: HeaderName = HeaderName::from_static("ce-specversion");

/// The attributes that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
struct Attributes {
    spec_version: Option<String>,
    kind: Option<String>,
    source: Option<String>,
    id: Option<String>,
    time: Option<String>,
}

/// A structured event. Extension attributes are allowed, as the specification asks, and have no effect.
#[derive(Debug, Deserialize)]
struct Structured {
    specversion: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    source: Option<String>,
    id: Option<String>,
    time: Option<String>,
    datacontenttype: Option<String>,
    data_base64: Option<String>,
    data: Option<Box<RawValue>>,
}

/// True when the headers make the body the data of a binary event.
pub(crate) fn is_binary(headers: &HeaderMap) -> bool {
    headers.contains_key(SPEC_VERSION_HEADER)
}

/// Reads the message in a structured event.
pub(crate) fn read_structured(body: &[u8]) -> Result<MessageBody, Problem> {
    let event: Structured = parse_object(body)?;
    let is_json = |kind: &str| {
        let media = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        media == "application/json" || media.ends_with("+json")
    };
    if event.datacontenttype.as_deref().is_some_and(|kind| !is_json(kind)) {
        return Err(refuse("datacontenttype", "must be application/json"));
    }
    if event.data_base64.is_some() {
        return Err(refuse("data_base64", "is not taken: put the message into `data` as JSON"));
    }
    let attributes = Attributes {
        spec_version: event.specversion,
        kind: event.kind,
        source: event.source,
        id: event.id,
        time: event.time,
    };
    let data = event.data.ok_or_else(|| refuse("data", "is required"))?;
    attributes.identify(data.get().as_bytes())
}

/// Reads the message in a binary event.
pub(crate) fn read_binary(headers: &HeaderMap, body: &[u8]) -> Result<MessageBody, Problem> {
    let attribute = |name: &'static str| -> Result<Option<String>, Problem> {
        let Some(value) = headers.get(name) else { return Ok(None) };
        let decoded = value.to_str().ok().and_then(percent_decode);
        decoded.map(Some).ok_or_else(|| refuse(name, "must be percent-encoded UTF-8"))
    };
    let attributes = Attributes {
        spec_version: attribute("ce-specversion")?,
        kind: attribute("ce-type")?,
        source: attribute("ce-source")?,
        id: attribute("ce-id")?,
        time: attribute("ce-time")?,
    };
    attributes.identify(body)
}

impl Attributes {
    /// Reads the message in `data` and gives it the event's identity.
    fn identify(self, data: &[u8]) -> Result<MessageBody, Problem> {
        match self.spec_version.as_deref() {
            Some(SPEC_VERSION) => {}
            _ => return Err(refuse("specversion", "must be \"1.0\"")),
        }
        match self.kind.as_deref() {
            Some(TYPE) => {}
            _ => return Err(refuse("type", format!("must be {TYPE:?}"))),
        }
        let required = |value: Option<String>, name: &str| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| refuse(name, "is required"))
        };
        let source = required(self.source, "source")?;
        let id = required(self.id, "id")?;
        let message: MessageBody = parse_object(data).map_err(|problem| problem.within("data"))?;
        for (name, own, given) in [("id", &id, message.id()), ("source", &source, message.source())] {
            if given.is_some_and(|given| given != own) {
                let detail = format!("differs from the event's own {name}, which is the identity");
                return Err(refuse(&format!("data.{name}"), detail));
            }
        }
        let message = message.identified(source, id);
        Ok(if message.has_time() { message } else { message.received(self.time) })
    }
}

fn refuse(field: &str, detail: impl Into<String>) -> Problem {
    Problem::field(Code::InvalidCloudEvent, field, detail)
}

/// Attributes in headers are percent-encoded UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let digits = str::from_utf8(after.get(..2)?).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::{Value, json};

    use super::*;

    fn event() -> Value {
        json!({
            "specversion": "1.0",
            "type": "prospector.inbound.v1",
            "source": "/bridges/sms",
            "id": "e1",
            "time": "2026-03-01T12:00:00Z",
            "partitionkey": "7",
            "datacontenttype": "application/json",
            "data": {"thread": "t1", "contact": "+15550100", "channel": "sms", "text": "Hello"},
        })
    }

    fn plain() -> MessageBody {
        let body = json!({
            "source": "/bridges/sms", "id": "e1", "received_at": "2026-03-01T12:00:00Z",
            "thread": "t1", "contact": "+15550100", "channel": "sms", "text": "Hello",
        });
        serde_json::from_value(body).unwrap()
    }

    fn refused(event: &Value) -> (Code, String) {
        let problem = read_structured(event.to_string().as_bytes()).unwrap_err();
        let body = serde_json::to_value(problem.clone().body()).unwrap();
        (problem.code(), body["field"].as_str().unwrap().to_owned())
    }

    #[test]
    fn both_forms_give_the_message_that_plain_json_gives() {
        assert_eq!(read_structured(event().to_string().as_bytes()).unwrap(), plain());
        let headers = HeaderMap::from_iter(
            [
                ("ce-specversion", "1.0"),
                ("ce-type", "prospector.inbound.v1"),
                ("ce-source", "%2Fbridges/sms"),
                ("ce-id", "e1"),
                ("ce-time", "2026-03-01T12:00:00Z"),
            ]
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))),
        );
        assert!(is_binary(&headers));
        assert_eq!(read_binary(&headers, event()["data"].to_string().as_bytes()).unwrap(), plain());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (field, value) in [
            ("specversion", json!("0.3")),
            ("type", json!("other")),
            ("source", json!("")),
            ("id", Value::Null),
        ] {
            let mut event = event();
            event[field] = value;
            assert_eq!(refused(&event), (Code::InvalidCloudEvent, field.to_owned()));
        }
        let mut other_id = event();
        other_id["data"]["id"] = json!("e2");
        assert_eq!(refused(&other_id), (Code::InvalidCloudEvent, "data.id".to_owned()));
        let mut unknown = event();
        unknown["data"]["colour"] = json!("red");
        assert_eq!(refused(&unknown), (Code::UnknownField, "data.colour".to_owned()));
        let mut binary = event();
        binary["data_base64"] = json!("e30=");
        assert_eq!(refused(&binary), (Code::InvalidCloudEvent, "data_base64".to_owned()));
        let mut xml = event();
        xml["datacontenttype"] = json!("text/xml");
        assert_eq!(refused(&xml), (Code::InvalidCloudEvent, "datacontenttype".to_owned()));
    }

    #[test]
    fn percent_encoding_is_strict() {
        assert_eq!(percent_decode("a%20%E2%82%AC").as_deref(), Some("a €"));
        for bad in ["%", "%2", "%zz", "%+1", "%ff"] {
            assert_eq!(percent_decode(bad), None, "{bad}");
        }
    }
}
