//! The closed list of problem codes. A code never changes its meaning once shipped.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Why a request was turned down, for programs.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Code {
    MalformedJson,
    NotUtf8,
    MalformedBody,
    InvalidQuery,
    InvalidCursor,
    InvalidId,
    IdempotencyKeyMalformed,
    KeyMissing,
    KeyMalformed,
    KeyUnknown,
    KeyExpired,
    KeyRevoked,
    ScopeMissing,
    NoRoute,
    NotFound,
    NothingPublished,
    MethodNotAllowed,
    BodyTimeout,
    IdReused,
    Conflict,
    WrongState,
    IdempotencyInFlight,
    BodyTooLarge,
    UnsupportedMediaType,
    UnknownField,
    MissingField,
    DuplicateField,
    WrongType,
    InvalidValue,
    Empty,
    TooLong,
    InvalidUnicode,
    Padded,
    InvalidChannel,
    InvalidZone,
    ReceivedAtInFuture,
    TooManyItems,
    UnknownSink,
    OptedOut,
    GateViolation,
    DocumentRefused,
    IdempotencyMismatch,
    InvalidCloudEvent,
    RateLimited,
    Internal,
    StoreUnavailable,
    Timeout,
    TooManyStreams,
}

impl Code {
    /// The status that goes with it.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::MalformedJson
            | Self::NotUtf8
            | Self::MalformedBody
            | Self::InvalidQuery
            | Self::InvalidCursor
            | Self::InvalidId
            | Self::IdempotencyKeyMalformed => StatusCode::BAD_REQUEST,
            Self::KeyMissing
            | Self::KeyMalformed
            | Self::KeyUnknown
            | Self::KeyExpired
            | Self::KeyRevoked => StatusCode::UNAUTHORIZED,
            Self::ScopeMissing => StatusCode::FORBIDDEN,
            Self::NoRoute | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::IdReused
            | Self::Conflict
            | Self::WrongState
            | Self::NothingPublished
            | Self::IdempotencyInFlight => StatusCode::CONFLICT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::UnknownField
            | Self::MissingField
            | Self::DuplicateField
            | Self::WrongType
            | Self::InvalidValue
            | Self::Empty
            | Self::TooLong
            | Self::InvalidUnicode
            | Self::Padded
            | Self::InvalidChannel
            | Self::InvalidZone
            | Self::ReceivedAtInFuture
            | Self::TooManyItems
            | Self::UnknownSink
            | Self::OptedOut
            | Self::GateViolation
            | Self::DocumentRefused
            | Self::IdempotencyMismatch
            | Self::InvalidCloudEvent => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::StoreUnavailable | Self::Timeout | Self::TooManyStreams => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The same few words for every occurrence.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::MalformedJson => "The body is not JSON",
            Self::NotUtf8 => "The body is not UTF-8",
            Self::MalformedBody => "The body could not be read",
            Self::InvalidQuery => "A query parameter is not acceptable",
            Self::InvalidCursor => "The cursor is not one of ours",
            Self::InvalidId => "The address holds something that is not an id or name",
            Self::IdempotencyKeyMalformed => "The Idempotency-Key is malformed",
            Self::KeyMissing => "No API key was sent",
            Self::KeyMalformed => "The API key is mistyped or cut off",
            Self::KeyUnknown => "The API key is not known",
            Self::KeyExpired => "The API key has expired",
            Self::KeyRevoked => "The API key was revoked",
            Self::ScopeMissing => "The API key lacks a scope",
            Self::NoRoute => "There is nothing at this address",
            Self::NotFound => "There is no such thing",
            Self::NothingPublished => "Nothing of the kind was published yet",
            Self::MethodNotAllowed => "The method is not allowed here",
            Self::BodyTimeout => "The body took too long to arrive",
            Self::IdReused => "The id was used before with other content",
            Self::Conflict => "The name is taken",
            Self::WrongState => "The state does not allow it",
            Self::IdempotencyInFlight => "The first request with this Idempotency-Key is still running",
            Self::BodyTooLarge => "The body is too large",
            Self::UnsupportedMediaType => "The content type is not taken here",
            Self::UnknownField => "A field is not known",
            Self::MissingField => "A field is missing",
            Self::DuplicateField => "A field is given twice",
            Self::WrongType => "A field has the wrong type",
            Self::InvalidValue => "A field has a value that is not acceptable",
            Self::Empty => "A field is empty or blank",
            Self::TooLong => "A field is too long",
            Self::InvalidUnicode => "A field holds a character that is not acceptable",
            Self::Padded => "A field begins or ends with white space",
            Self::InvalidChannel => "A field is not the name of a channel",
            Self::InvalidZone => "A field is not an IANA time zone",
            Self::ReceivedAtInFuture => "The message comes from the future",
            Self::TooManyItems => "There are too many items, or none",
            Self::UnknownSink => "No such sink is configured",
            Self::OptedOut => "The contact asked not to be messaged",
            Self::GateViolation => "The text contradicts the facts or the policy of the business",
            Self::DocumentRefused => "The document is not acceptable",
            Self::IdempotencyMismatch => "The Idempotency-Key was used before for another request",
            Self::InvalidCloudEvent => "The CloudEvent is not acceptable",
            Self::RateLimited => "Too many requests",
            Self::Internal => "Something went wrong here",
            Self::StoreUnavailable => "The database is away",
            Self::Timeout => "The answer took too long",
            Self::TooManyStreams => "Too many event streams are open",
        }
    }

    /// What to do about it.
    pub(crate) const fn remedy(self) -> &'static str {
        match self {
            Self::MalformedJson | Self::NotUtf8 | Self::MalformedBody => "Send one JSON document in UTF-8.",
            Self::InvalidQuery | Self::InvalidId | Self::UnsupportedMediaType | Self::MethodNotAllowed => {
                "See /v1/openapi.json for what this address takes."
            }
            Self::NoRoute => "See /v1/openapi.json for what is there.",
            Self::InvalidCursor => {
                "Use next_cursor as it came, with the same filters, or start without a cursor."
            }
            Self::IdempotencyKeyMalformed => "Send 1 to 255 visible ASCII characters, such as a UUID.",
            Self::KeyMissing => "Send `Authorization: Bearer psk_…`.",
            Self::KeyMalformed => "Copy the whole key again; its last six characters are a checksum.",
            Self::KeyUnknown | Self::KeyExpired | Self::KeyRevoked => {
                "Have a new key made with `prospector keys create`."
            }
            Self::ScopeMissing => "Use a key with the scope named in the detail.",
            Self::NotFound => "Check the id; it may have been pruned after its retention.",
            Self::NothingPublished => "Publish facts, templates and a playbook first.",
            Self::BodyTimeout => "Send the body without pauses.",
            Self::IdReused => "Give every message an id of its own, and repeat it only unchanged.",
            Self::Conflict => "Choose another name.",
            Self::WrongState => "Read the thing again and decide anew.",
            Self::IdempotencyInFlight => "Repeat the request after the time in Retry-After.",
            Self::BodyTooLarge => "Send less at once; the limit is api.body_max_bytes.",
            Self::UnknownField
            | Self::MissingField
            | Self::DuplicateField
            | Self::WrongType
            | Self::InvalidValue
            | Self::Empty
            | Self::TooLong
            | Self::InvalidUnicode
            | Self::Padded
            | Self::InvalidChannel
            | Self::InvalidZone
            | Self::InvalidCloudEvent
            | Self::DocumentRefused => "Correct the fields named in errors.",
            Self::ReceivedAtInFuture => "Set the sender's clock, or leave received_at out.",
            Self::TooManyItems => "Split the batch; the limit is api.inbound.batch_max_items.",
            Self::UnknownSink => "Add the sink to the configuration, or name one that is there.",
            Self::OptedOut => "Wait until the contact agrees to be messaged again.",
            Self::GateViolation => "Change the text where violations point, or publish new facts.",
            Self::IdempotencyMismatch => "Use a new Idempotency-Key for a new request.",
            Self::RateLimited => "Wait for the time in Retry-After.",
            Self::Internal => "Report it with the value of x-request-id; repeating it unchanged is safe.",
            Self::StoreUnavailable | Self::Timeout | Self::TooManyStreams => {
                "Repeat the request after the time in Retry-After; nothing was accepted, or repeating it is safe."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn every_code_is_an_error_with_words_of_its_own() {
        let mut titles = std::collections::HashSet::new();
        for code in Code::VARIANTS {
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code}");
            assert!(titles.insert(code.title()), "{code} shares its title");
            assert!(code.remedy().ends_with('.'), "{code}");
            assert_eq!(serde_json::to_value(code).unwrap(), code.to_string());
        }
    }

    #[test]
    fn the_codes_of_the_domain_are_among_them() {
        use prospector_domain::acceptable::Unacceptable as U;
        let reasons = [
            U::Empty,
            U::TooLong { chars: 2, max: 1 },
            U::Character { code: 0, at: 0 },
            U::Padded,
            U::Channel,
            U::Zone,
        ];
        for reason in reasons {
            let code: Code = reason.code().parse().unwrap();
            assert_eq!(code.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
}
