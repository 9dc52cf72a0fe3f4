//! Documents as they are sent: as text in TOML, where it is taken also in JSON.

use axum::extract::{FromRequest, Request};

use crate::{
    problem::{Code, Problem},
    request::{media_type, read_body},
    state::ApiState,
};

/// A document in TOML.
#[derive(Debug)]
pub(super) struct TomlText(pub(super) String);

/// A document in TOML or JSON.
#[derive(Debug)]
pub(super) enum TomlOrJson {
    Toml(String),
    Json(String),
}

impl FromRequest<ApiState> for TomlText {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        match TomlOrJson::from_request(request, state).await? {
            TomlOrJson::Toml(text) => Ok(Self(text)),
            TomlOrJson::Json(_) => {
                Err(Problem::new(Code::UnsupportedMediaType, "the body must be application/toml"))
            }
        }
    }
}

impl FromRequest<ApiState> for TomlOrJson {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let wrap = match media_type(&parts.headers).as_deref() {
            Some("application/toml" | "text/toml") => Self::Toml,
            Some("application/json") => Self::Json,
            _ => {
                let detail = "the body must be application/toml (facts also application/json), in UTF-8";
                return Err(Problem::new(Code::UnsupportedMediaType, detail));
            }
        };
        let bytes = read_body(&parts.headers, body, state.body_max_bytes()).await?;
        let text = String::from_utf8(bytes.into()).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Problem::new(Code::NotUtf8, format!("the bytes at offset {at} are not UTF-8"))
        })?;
        Ok(wrap(text))
    }
}

/// The problem of a document that does not pass its checks.
pub(super) fn refused(field: &str, error: impl std::fmt::Display) -> Problem {
    Problem::field(Code::DocumentRefused, field, error.to_string())
}
