//! JSON bodies: read strictly, with the path of what is wrong.

use axum::{
    extract::{FromRequest, Request},
    http::HeaderMap,
};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{media_type, read_body};
use crate::{
    problem::{Code, Problem},
    state::ApiState,
};

/// A JSON body that must be there.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A JSON body that may be left out, for acts that need no more than their address.
#[derive(Debug)]
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<ApiState> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        require_json(&parts.headers)?;
        let bytes = read_body(&parts.headers, body, state.body_max_bytes()).await?;
        parse_object(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<ApiState> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read_body(&parts.headers, body, state.body_max_bytes()).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        require_json(&parts.headers)?;
        parse_object(&bytes).map(Self)
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    if media_type(headers).as_deref() == Some("application/json") {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType, "the body must be application/json, in UTF-8"))
}

/// Reads one JSON object. The parser alone would also take an array for a struct, its fields by position.
pub(crate) fn parse_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[' | b'"' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n') => {
            // What is no JSON at all should be told so, and not that it is no object.
            parse_json::<IgnoredAny>(bytes)?;
            Err(Problem::field(Code::WrongType, "body", "must be a JSON object"))
        }
        _ => parse_json(bytes),
    }
}

/// Reads one JSON document.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let detail = format!("the bytes at offset {} are not UTF-8", error.valid_up_to());
        Problem::new(Code::NotUtf8, detail)
    })?;
    if text.trim().is_empty() {
        return Err(Problem::new(Code::MalformedJson, "the body is empty"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| from_serde(&error.path().to_string(), &error.into_inner()))?;
    deserializer.end().map_err(|error| Problem::new(Code::MalformedJson, error.to_string()))?;
    Ok(value)
}

/// What a parser's error means. `path` is where it happened; `.` stands for the document itself.
fn from_serde(path: &str, error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    if !error.is_data() {
        // A lone surrogate is a fault of one string, not of the document's form.
        if said.contains("surrogate") || said.contains("hex escape") {
            let detail = format!("holds a broken \\u escape: {said}");
            return Problem::field(Code::InvalidUnicode, name_or_body(path), detail);
        }
        return Problem::new(Code::MalformedJson, said);
    }
    data_problem(path, &said)
}

/// Sorts an error about a value by the words that serde uses for it.
pub(crate) fn data_problem(path: &str, said: &str) -> Problem {
    let quoted = || said.split('`').nth(1).unwrap_or_default();
    if said.starts_with("unknown field") {
        return Problem::field(Code::UnknownField, member(path, quoted()), format!("is not known: {said}"));
    }
    if said.starts_with("missing field") {
        return Problem::field(Code::MissingField, member(path, quoted()), "is required");
    }
    if said.starts_with("duplicate field") {
        return Problem::field(Code::DuplicateField, member(path, quoted()), "is given twice");
    }
    let code = if said.starts_with("invalid type") { Code::WrongType } else { Code::InvalidValue };
    Problem::field(code, name_or_body(path), format!("is not acceptable: {said}"))
}

fn name_or_body(path: &str) -> String {
    if path == "." { "body".to_owned() } else { path.to_owned() }
}

/// The path of a member of what is at `path`, which may end in that member already.
fn member(path: &str, name: &str) -> String {
    if path == "." {
        return name.to_owned();
    }
    if path == name || path.ends_with(&format!(".{name}")) {
        return path.to_owned();
    }
    format!("{path}.{name}")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by the parser")]
    struct Outer {
        text: String,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by the parser")]
    struct Inner {
        limit: u8,
    }

    fn refused(bytes: &[u8]) -> (Code, Option<String>) {
        let problem = parse_object::<Outer>(bytes).unwrap_err();
        let body = serde_json::to_value(problem.clone().body()).unwrap();
        (problem.code(), body["field"].as_str().map(str::to_owned))
    }

    fn at(code: Code, field: &str) -> (Code, Option<String>) {
        (code, Some(field.to_owned()))
    }

    #[test]
    fn a_document_is_read() {
        assert_eq!(parse_json::<Outer>(br#"{"text": "a"} "#).unwrap().text, "a");
    }

    #[test]
    fn the_field_at_fault_is_named() {
        assert_eq!(refused(br#"{}"#), at(Code::MissingField, "text"));
        assert_eq!(refused(br#"{"text": "a", "inner": {}}"#), at(Code::MissingField, "inner.limit"));
        assert_eq!(refused(br#"{"text": "a", "txt": 1}"#), at(Code::UnknownField, "txt"));
        assert_eq!(
            refused(br#"{"text": "a", "inner": {"limit": 1, "x": 2}}"#),
            at(Code::UnknownField, "inner.x")
        );
        assert_eq!(refused(br#"{"text": 7}"#), at(Code::WrongType, "text"));
        for other in ["[]", r#"["a", null]"#, "7", "null", r#""a""#] {
            assert_eq!(refused(other.as_bytes()), at(Code::WrongType, "body"), "{other}");
        }
        assert_eq!(
            refused(br#"{"text": "a", "inner": {"limit": 300}}"#),
            at(Code::InvalidValue, "inner.limit")
        );
        assert_eq!(refused(br#"{"text": "a", "text": "b"}"#), at(Code::DuplicateField, "text"));
    }

    #[test]
    fn what_is_not_json_or_not_unicode_is_told_apart() {
        assert_eq!(refused(b""), (Code::MalformedJson, None));
        assert_eq!(refused(b"{\"text\": "), (Code::MalformedJson, None));
        assert_eq!(refused(b"[1,"), (Code::MalformedJson, None));
        assert_eq!(refused(b"text"), (Code::MalformedJson, None));
        assert_eq!(refused(br#"{"text": "a"} {}"#), (Code::MalformedJson, None));
        assert_eq!(refused(b"{\"text\": \"\xff\"}"), (Code::NotUtf8, None));
        assert_eq!(refused(br#"{"text": "\ud800"}"#), at(Code::InvalidUnicode, "text"));
        assert_eq!(refused(br#"{"text": "\udc00"}"#), at(Code::InvalidUnicode, "text"));
    }
}
