//! Engine builds: which weights an engine id stands for.

use axum::{Json, extract::State, http::StatusCode};
use prospector_domain::engine::EngineId;
use prospector_store::{EngineBuild, NewEngineBuild};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Caller,
    problem::{Problem, ProblemBody},
    request::JsonBody,
    state::ApiState,
};

/// The weights behind an engine id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EngineBuild)]
pub(super) struct BuildView {
    /// The engine.
    #[schema(examples("do-gpu-mistral-nemo-12b-uncensored_2026-06-29.1"))]
    engine: String,
    /// The name under which the inference server serves it.
    #[schema(examples("mistral-nemo-12b"))]
    served_model_name: String,
    /// Digest of the weights.
    #[schema(examples("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"))]
    weights_digest: String,
    /// Where the weights come from; absent where the machine has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("hf:quinn/mistral-nemo-12b"))]
    weights_source: Option<String>,
    /// Who registered it.
    #[schema(examples("Quinn"))]
    created_by: String,
    /// When.
    created_at_ms: i64,
}

/// Every build.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Builds {
    /// By engine id.
    items: Vec<BuildView>,
}

/// A build to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEngineBuild, examples(json!({
    "engine": "do-gpu-mistral-nemo-12b-uncensored_2026-06-29.1",
    "served_model_name": "mistral-nemo-12b",
    "weights_digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
})))]
pub(super) struct BuildBody {
    /// `do-gpu-<model>_<build>`.
    #[schema(value_type = String)]
    engine: EngineId,
    /// The name under which the inference server serves it. 1 to 256 bytes.
    served_model_name: String,
    /// Digest of the weights. 1 to 256 bytes.
    weights_digest: String,
    /// Where the weights come from, in the words of the provider that fetches them. 1 to 1,024 bytes; none where the
    /// machine has them.
    weights_source: Option<String>,
}

/// List the engine builds.
#[utoipa::path(get, path = "/v1/engine-builds", tag = "Operation", responses((status = 200, body = Builds)))]
pub(super) async fn list_builds(State(state): State<ApiState>) -> Result<Json<Builds>, Problem> {
    let builds = state.store().engine_builds().await?;
    Ok(Json(Builds { items: builds.into_iter().map(BuildView::from).collect() }))
}

/// Register an engine build.
///
/// An id stands for the same weights for ever. The same again changes nothing.
#[utoipa::path(post, path = "/v1/engine-builds", tag = "Operation", request_body = BuildBody, responses(
    (status = 201, body = BuildView),
    (status = 409, description = "`id_reused`: the id stands for other weights already.",
        body = ProblemBody, content_type = "application/problem+json"),
))]
pub(super) async fn register_build(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(build): JsonBody<BuildBody>,
) -> Result<(StatusCode, Json<BuildView>), Problem> {
    let BuildBody { engine, served_model_name, weights_digest, weights_source } = build;
    let build = NewEngineBuild { engine, served_model_name, weights_digest, weights_source };
    let registered = state.store().register_engine_build(state.now(), caller.name(), &build).await?;
    Ok((StatusCode::CREATED, Json(registered.into())))
}

impl From<EngineBuild> for BuildView {
    fn from(build: EngineBuild) -> Self {
        Self {
            engine: build.engine.to_string(),
            served_model_name: build.served_model_name,
            weights_digest: build.weights_digest,
            weights_source: build.weights_source,
            created_by: build.created_by,
            created_at_ms: build.created_at_ms.0,
        }
    }
}
