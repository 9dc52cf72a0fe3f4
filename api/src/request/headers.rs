//! What headers say about a request.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};

/// Where W3C trace context travels.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// W3C trace context of the request, kept with what the request causes. A malformed one counts as none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceContext(pub(crate) Option<String>);

impl<S: Sync> FromRequestParts<S> for TraceContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl TraceContext {
    /// Reads `traceparent`; more than one is no context.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut given = headers.get_all(TRACEPARENT).iter();
        let first = given.next().and_then(|value| value.to_str().ok());
        if given.next().is_some() {
            return Self(None);
        }
        Self(first.filter(|text| is_traceparent(text)).map(str::to_owned))
    }
}

/// Version 00 of the Trace Context recommendation: `00-<32 hex>-<16 hex>-<2 hex>`, ids not all zero. Higher versions
/// may be longer; what they add is unknown and so is not passed on.
pub(crate) fn is_traceparent(text: &str) -> bool {
    let hex = |part: &str, len: usize| {
        part.len() == len && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, parent, flags] = parts.as_slice() else { return false };
    *version == "00" && hex(trace, 32) && some(trace) && hex(parent, 16) && some(parent) && hex(flags, 2)
}

/// The media type of a body, in lower case, without parameters; none when there is no usable header. A charset other
/// than UTF-8 is no usable header, since it would be read wrongly.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = value.split(';').map(str::trim);
    let media = parts.next()?.to_ascii_lowercase();
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let is_utf8 = value.trim_matches('"').eq_ignore_ascii_case("utf-8");
        if name.trim().eq_ignore_ascii_case("charset") && !is_utf8 {
            return None;
        }
    }
    (!media.is_empty()).then_some(media)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_well_formed_traceparent_is_passed_on() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert!(is_traceparent(good));
        for bad in [
            "",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert!(!is_traceparent(bad), "{bad}");
        }
        let mut twice = HeaderMap::new();
        twice.append("traceparent", HeaderValue::from_static(good));
        assert_eq!(TraceContext::of(&twice), TraceContext(Some(good.to_owned())));
        twice.append("traceparent", HeaderValue::from_static(good));
        assert_eq!(TraceContext::of(&twice), TraceContext(None));
    }

    #[test]
    fn media_types_are_compared_without_case_and_parameters() {
        let of = |value: &'static str| {
            media_type(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]))
        };
        assert_eq!(of("Application/JSON; charset=\"UTF-8\"").as_deref(), Some("application/json"));
        assert_eq!(of("application/json;charset=latin1"), None);
        assert_eq!(of(""), None);
        assert_eq!(media_type(&HeaderMap::new()), None);
    }
}
