//! Ids and names in addresses.

use std::{fmt::Display, str::FromStr};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::problem::{Code, Problem};

/// The one variable part of an address.
#[derive(Debug)]
pub(crate) struct PathId<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for PathId<T>
where
    T: FromStr<Err: Display>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let refused = |detail: String| Problem::new(Code::InvalidId, detail);
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| refused(rejection.body_text()))?;
        text.parse().map(Self).map_err(|error: T::Err| refused(error.to_string()))
    }
}
