//! What the answer to a webhook, or its absence, says about the message.

use std::error::Error;

use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use prospector_domain::{
    job::ErrorClass,
    time::{SECOND_MS, UnixMs},
};

use super::address::PrivateAddress;

/// What became of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The receiver took it.
    Delivered(Note),
    /// It certainly did not arrive; later it may.
    Deferred {
        /// Transient, or throttled when the receiver asked for patience.
        class: ErrorClass,
        /// The receiver's wish, in milliseconds.
        retry_after_ms: Option<i64>,
        note: Note,
    },
    /// It was refused for good.
    Rejected {
        /// The receiver wants no webhook ever again (410).
        gone: bool,
        note: Note,
    },
    /// It may have arrived.
    Unknown(Note),
}

/// What there is to say about it. Holds no text of the message and nothing of the answer's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// The HTTP status, when there was an answer.
    pub(crate) status: Option<u16>,
    /// What went wrong; empty when nothing did.
    pub(crate) why: String,
}

impl Delivery {
    /// Reads an answer.
    pub(crate) fn of_answer(status: StatusCode, headers: &HeaderMap, now: UnixMs) -> Self {
        let note = |why: &str| Note { status: Some(status.as_u16()), why: why.to_owned() };
        match status.as_u16() {
            200..=299 => Self::Delivered(note("")),
            408 | 425 | 429 | 503 => Self::Deferred {
                class: if status.as_u16() == 408 { ErrorClass::Transient } else { ErrorClass::Throttled },
                retry_after_ms: retry_after_ms(headers, now),
                note: note("the sink asked to try again later"),
            },
            410 => Self::Rejected { gone: true, note: note("the sink is gone") },
            300..=399 => {
                Self::Rejected { gone: false, note: note("the sink redirects, which is not followed") }
            }
            // What a server does before it fails, nobody knows.
            500..=599 => Self::Unknown(note("the sink failed while it had the message")),
            _ => Self::Rejected { gone: false, note: note("the sink refused the message") },
        }
    }

    /// Reads a request that got no answer.
    pub(crate) fn of_failure(error: &reqwest::Error) -> Self {
        let note = |why: String| Note { status: None, why };
        if let Some(private) = PrivateAddress::find(error) {
            return Self::of_private_address(private);
        }
        if error.is_connect() {
            // Name resolution, connection and TLS handshake come before the first byte of the message.
            return Self::Deferred {
                class: ErrorClass::Transient,
                retry_after_ms: None,
                note: note(format!("no connection to the sink: {}", root_cause(error))),
            };
        }
        if error.is_builder() {
            return Self::Rejected { gone: false, note: note("the request cannot be made".to_owned()) };
        }
        if error.is_timeout() {
            return Self::Unknown(note("the sink did not answer in time".to_owned()));
        }
        Self::Unknown(note(format!("the connection broke before the answer: {}", root_cause(error))))
    }

    /// A sink that must not be connected to.
    pub(crate) fn of_private_address(private: &PrivateAddress) -> Self {
        Self::Rejected { gone: false, note: Note { status: None, why: private.to_string() } }
    }

    /// What there is to say about it.
    pub(crate) const fn note(&self) -> &Note {
        match self {
            Self::Delivered(note)
            | Self::Unknown(note)
            | Self::Deferred { note, .. }
            | Self::Rejected { note, .. } => note,
        }
    }
}

/// The innermost cause: the outer ones repeat the URL, which may hold a token.
fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// `Retry-After` as seconds or as a date; none when it is missing, unreadable or in the past.
fn retry_after_ms(headers: &HeaderMap, now: UnixMs) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wish_ms = match text.parse::<i64>() {
        Ok(seconds) => seconds.saturating_mul(SECOND_MS),
        Err(_) => {
            let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
            UnixMs(at.as_millisecond()).since(now)
        }
    };
    (wish_ms > 0).then_some(wish_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMs = UnixMs(1_772_366_400_000);

    fn of(status: u16, retry_after: Option<&str>) -> Delivery {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(RETRY_AFTER, text.parse().unwrap());
        }
        Delivery::of_answer(StatusCode::from_u16(status).unwrap(), &headers, NOW)
    }

    #[test]
    fn every_status_is_sorted_by_whether_the_message_may_have_arrived() {
        let sorted = |status: u16| match of(status, None) {
            Delivery::Delivered(_) => "delivered",
            Delivery::Deferred { class: ErrorClass::Throttled, .. } => "throttled",
            Delivery::Deferred { .. } => "deferred",
            Delivery::Rejected { gone: true, .. } => "gone",
            Delivery::Rejected { .. } => "rejected",
            Delivery::Unknown(_) => "unknown",
        };
        for (statuses, expected) in [
            (&[200, 201, 202, 204, 299][..], "delivered"),
            (&[408], "deferred"),
            (&[425, 429, 503], "throttled"),
            (&[410], "gone"),
            (&[300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 413, 422, 451, 499], "rejected"),
            (&[500, 501, 502, 504, 520, 599], "unknown"),
        ] {
            for status in statuses {
                assert_eq!(sorted(*status), expected, "{status}");
                assert_eq!(of(*status, None).note().status, Some(*status));
            }
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let wish = |text: &str| match of(503, Some(text)) {
            Delivery::Deferred { retry_after_ms, .. } => retry_after_ms,
            other => panic!("503 is {other:?}"),
        };
        assert_eq!(wish("120"), Some(120_000));
        assert_eq!(wish("Sun, 01 Mar 2026 12:00:30 GMT"), Some(30_000));
        assert_eq!(wish("Sun, 01 Mar 2026 11:00:00 GMT"), None);
        for useless in ["0", "-5", "soon", "", "1.5"] {
            assert_eq!(wish(useless), None, "{useless:?}");
        }
        assert_eq!(wish("9223372036854775807"), Some(i64::MAX));
    }
}
