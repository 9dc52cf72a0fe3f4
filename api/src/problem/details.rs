//! A problem, and how it is written on the wire.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use prospector_domain::gate::Violation;
use serde::Serialize;
use utoipa::ToSchema;

use super::Code;

/// A request that was turned down.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    code: Code,
    /// None when the first of `errors` says it.
    detail: Option<Cow<'static, str>>,
    errors: Vec<FieldError>,
    violations: Vec<Violation>,
    retry_after_s: Option<u64>,
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Its path in the request, such as `text`, `messages[3].received_at` or the name of a query parameter.
    #[schema(examples("text"))]
    pub(crate) field: String,
    /// A code from the same list as the problem's own.
    #[schema(value_type = crate::wire::ProblemCode)]
    pub(crate) code: Code,
    /// What is wrong with it.
    #[schema(examples("must not be empty or blank"))]
    pub(crate) detail: String,
}

/// RFC 9457 problem details: the body of every answer with a status of 400 or more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Where the kind of problem is described.
    #[serde(rename = "type")]
    #[schema(examples("/v1/problems/empty"))]
    kind: String,
    /// The kind of problem in a few words.
    #[schema(examples("A field is empty or blank"))]
    title: &'static str,
    /// The HTTP status.
    #[schema(examples(422))]
    status: u16,
    /// What is wrong with this very request.
    #[schema(examples("text must not be empty or blank"))]
    detail: String,
    /// The kind of problem, for programs; with several wrong fields that of the first.
    #[schema(value_type = crate::wire::ProblemCode)]
    code: Code,
    /// The first wrong field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("text"))]
    field: Option<String>,
    /// Every wrong field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// What the gate found in the text, when it was the gate that turned it down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<crate::wire::ViolationSchema>)]
    violations: Vec<Violation>,
}

impl Problem {
    /// A problem with the request as a whole.
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: Some(detail.into()),
            errors: Vec::new(),
            violations: Vec::new(),
            retry_after_s: None,
        }
    }

    /// A problem with one field. `detail` reads well after the field's name.
    pub(crate) fn field(code: Code, field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.into(), code, detail: detail.into() }])
    }

    /// A problem with several fields, of which there must be one at least.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        match errors.first() {
            Some(first) => {
                let code = first.code;
                Self { code, detail: None, errors, violations: Vec::new(), retry_after_s: None }
            }
            None => Self::new(Code::Internal, "a request was turned down without a reason"),
        }
    }

    /// Adds what the gate found.
    pub(crate) fn with_violations(mut self, violations: Vec<Violation>) -> Self {
        self.violations = violations;
        self
    }

    /// Says when trying again makes sense, in seconds.
    pub(crate) const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    #[cfg(test)]
    pub(crate) const fn code(&self) -> Code {
        self.code
    }

    pub(crate) const fn status(&self) -> StatusCode {
        self.code.status()
    }

    /// Puts `prefix` before the path of every field: what a batch does with the problem of an item.
    pub(crate) fn within(mut self, prefix: &str) -> Self {
        for error in &mut self.errors {
            error.field = format!("{prefix}.{}", error.field);
        }
        if self.errors.is_empty() {
            let detail = self.detail.take().unwrap_or_default().into_owned();
            self.errors.push(FieldError { field: prefix.to_owned(), code: self.code, detail });
        }
        self
    }

    fn detail(&self) -> String {
        match (&self.detail, self.errors.as_slice()) {
            (Some(detail), _) => detail.clone().into_owned(),
            (None, [only]) => format!("{} {}", only.field, only.detail),
            (None, [first, more @ ..]) => {
                format!("{} {} (and {} more)", first.field, first.detail, more.len())
            }
            (None, []) => self.code.title().to_owned(),
        }
    }

    /// The body as it is sent.
    pub(crate) fn body(self) -> ProblemBody {
        ProblemBody {
            kind: format!("/v1/problems/{}", self.code),
            title: self.code.title(),
            status: self.status().as_u16(),
            detail: self.detail(),
            code: self.code,
            field: self.errors.first().map(|error| error.field.clone()),
            errors: self.errors,
            violations: self.violations,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after_s) = (self.status(), self.retry_after_s);
        let mut response = (status, Json(self.body())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"prospector\""));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_wrong_field_speaks_for_the_problem() {
        let wrong = |field: &str, code| FieldError { field: field.into(), code, detail: "is wrong".into() };
        let problem = Problem::fields(vec![wrong("text", Code::Empty), wrong("zone", Code::InvalidZone)]);
        let body = serde_json::to_value(problem.within("messages[2]").body()).unwrap();
        assert_eq!(
            body,
            json!({
                "type": "/v1/problems/empty",
                "title": "A field is empty or blank",
                "status": 422,
                "detail": "messages[2].text is wrong (and 1 more)",
                "code": "empty",
                "field": "messages[2].text",
                "errors": [
                    {"field": "messages[2].text", "code": "empty", "detail": "is wrong"},
                    {"field": "messages[2].zone", "code": "invalid_zone", "detail": "is wrong"},
                ],
            })
        );
    }

    #[test]
    fn headers_go_with_the_status() {
        let away =
            Problem::new(Code::StoreUnavailable, "the database is away").retry_after(5).into_response();
        assert_eq!(away.status(), 503);
        assert_eq!(away.headers()["retry-after"], "5");
        assert_eq!(away.headers()["content-type"], "application/problem+json");
        let nobody = Problem::new(Code::KeyMissing, "no key was sent").into_response();
        assert!(nobody.headers().contains_key("www-authenticate"));
    }
}
