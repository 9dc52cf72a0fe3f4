//! From columns to checked values. A value our own code could not have written is a [`StoreError::BadRow`], never a
//! guess.

use std::{fmt::Display, str::FromStr};

use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// Names the row a value is read from, for error messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowName<'a> {
    pub(crate) table: &'static str,
    pub(crate) id: &'a str,
}

impl RowName<'_> {
    pub(crate) fn parse<T>(self, column: &'static str, text: &str) -> Result<T, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.parse().map_err(|error: T::Err| self.bad(column, error))
    }

    pub(crate) fn parse_optional<T>(
        self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, StoreError>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.map(|text| self.parse(column, text)).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(self, column: &'static str, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|error| self.bad(column, error))
    }

    pub(crate) fn bad(self, column: &'static str, why: impl Display) -> StoreError {
        StoreError::BadRow { table: self.table, column, id: self.id.to_owned(), why: why.to_string() }
    }
}

/// JSON text of a value of ours.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our own types have string keys and no failing serializers")
}
