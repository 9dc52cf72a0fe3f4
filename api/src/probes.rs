//! What machines ask without a key: is the process alive, can it work, what has it counted, what does a problem mean.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use prospector_runtime::{
    build_info,
    health::{HealthReport, HealthStatus},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    problem::{Code, ProblemBody},
    request::PathId,
    state::ApiState,
};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(metrics))
        .routes(routes!(explain_problem))
}

/// A process that answers.
#[derive(Debug, Serialize, ToSchema)]
struct Live {
    /// Always `live`.
    #[schema(examples("live"))]
    status: &'static str,
    /// Which release it is.
    #[schema(examples("0.1.0"))]
    version: &'static str,
    /// The commit it was built from, or `unknown`.
    #[schema(examples("4df281f"))]
    commit: &'static str,
}

/// Whether the process can do its work.
#[derive(Debug, Serialize, ToSchema)]
struct Ready {
    /// `ready` or `unready`.
    #[schema(examples("ready"))]
    status: &'static str,
    /// What each check found.
    checks: Vec<ReadyCheck>,
}

/// One thing the process depends on.
#[derive(Debug, Serialize, ToSchema)]
struct ReadyCheck {
    /// Its name.
    #[schema(examples("database"))]
    name: String,
    /// Whether it can be used.
    ok: bool,
    /// What was found, in a few words.
    #[schema(examples("sqlite answers"))]
    detail: String,
}

/// What a problem code means.
#[derive(Debug, Serialize, ToSchema)]
struct ProblemKind {
    /// The code.
    #[schema(value_type = crate::wire::ProblemCode)]
    code: Code,
    /// The status it comes with.
    #[schema(examples(422))]
    status: u16,
    /// What it means.
    #[schema(examples("A field is empty or blank"))]
    title: &'static str,
    /// What to do about it.
    #[schema(examples("Correct the fields named in errors."))]
    remedy: &'static str,
}

/// Is the process alive?
///
/// Answers as long as the process can answer at all; asks nothing else. Needs no key.
#[utoipa::path(get, path = "/health/live", tag = "Watching", responses((status = 200, body = Live)))]
async fn live() -> Json<Live> {
    Json(Live { status: "live", version: build_info::VERSION, commit: build_info::COMMIT })
}

/// Can the process do its work?
///
/// Asks what it depends on, at most once a second. Needs no key.
#[utoipa::path(get, path = "/health/ready", tag = "Watching", responses(
    (status = 200, description = "It can.", body = Ready),
    (status = 503, description = "It cannot, or is stopping; `checks` says why.", body = Ready),
))]
async fn ready(State(state): State<ApiState>) -> (StatusCode, Json<Ready>) {
    let report = state.health().report().await;
    let status = match report.status {
        HealthStatus::Ready => StatusCode::OK,
        HealthStatus::Unready => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(Ready::of(report)))
}

/// What the process has counted.
///
/// In the text format of Prometheus. Needs no key; labels hold no ids, contacts or texts.
#[utoipa::path(get, path = "/metrics", tag = "Watching", responses(
    (status = 200, content_type = "text/plain", body = String),
))]
async fn metrics(State(state): State<ApiState>) -> Response {
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (content_type, state.metrics().render()).into_response()
}

/// What does a problem mean?
///
/// The address in the `type` of a problem. Needs no key.
#[utoipa::path(get, path = "/v1/problems/{code}", tag = "Watching",
    params(("code" = crate::wire::ProblemCode, Path, description = "The problem's code.")),
    responses(
        (status = 200, body = ProblemKind),
        (status = 400, description = "`invalid_id`: there is no such code.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
async fn explain_problem(PathId(code): PathId<Code>) -> Json<ProblemKind> {
    let (status, title, remedy) = (code.status().as_u16(), code.title(), code.remedy());
    Json(ProblemKind { code, status, title, remedy })
}

impl Ready {
    fn of(report: HealthReport) -> Self {
        let status = match report.status {
            HealthStatus::Ready => "ready",
            HealthStatus::Unready => "unready",
        };
        let check = |check: prospector_runtime::health::CheckResult| ReadyCheck {
            name: check.name,
            ok: check.ok,
            detail: check.detail,
        };
        Self { status, checks: report.checks.into_iter().map(check).collect() }
    }
}
