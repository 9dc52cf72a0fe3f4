//! Query parameters.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use crate::problem::{Code, FieldError, Problem};

/// The query parameters of a request, read strictly.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(|error| {
        let path = error.path().to_string();
        let said = error.into_inner().to_string();
        let field = if path == "." { said.split('`').nth(1).unwrap_or("query").to_owned() } else { path };
        // A cursor has a code of its own, since it is the one parameter that programs do not write themselves.
        let code = if field == "cursor" { Code::InvalidCursor } else { Code::InvalidQuery };
        Problem::fields(vec![FieldError { field, code, detail: format!("is not acceptable: {said}") }])
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::request::{Cursor, Limit};

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Asked {
        limit: Limit,
        cursor: Option<Cursor>,
        contact: Option<String>,
    }

    fn refused(query: &str) -> (Code, String) {
        let problem = parse_query::<Asked>(query).unwrap_err();
        let body = serde_json::to_value(problem.clone().body()).unwrap();
        (problem.code(), body["field"].as_str().unwrap().to_owned())
    }

    #[test]
    fn parameters_are_decoded() {
        let asked: Asked = parse_query("contact=%2B15550100&limit=7").unwrap();
        assert_eq!((asked.contact.as_deref(), asked.limit.get()), (Some("+15550100"), 7));
        assert!(parse_query::<Asked>("").unwrap().cursor.is_none());
    }

    #[test]
    fn the_parameter_at_fault_is_named() {
        for limit in ["0", "201", "x", "-1", ""] {
            assert_eq!(
                refused(&format!("limit={limit}")),
                (Code::InvalidQuery, "limit".to_owned()),
                "{limit}"
            );
        }
        assert_eq!(refused("cursor=x"), (Code::InvalidCursor, "cursor".to_owned()));
        assert_eq!(refused("colour=red"), (Code::InvalidQuery, "colour".to_owned()));
        assert_eq!(refused("limit=1&limit=2"), (Code::InvalidQuery, "limit".to_owned()));
    }
}
