//! What a human does in a conversation.

use axum::{Json, extract::State, http::StatusCode};
use prospector_domain::{acceptable, id::ThreadId, mode::Mode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::show::{ThreadDetail, read_thread};
use crate::{
    access::Caller,
    inbound::unacceptable,
    problem::{Problem, ProblemBody},
    request::{JsonBody, PathId},
    state::ApiState,
    wire,
};

/// A thread's own mode.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"mode": "pause"})))]
pub(super) struct ThreadMode {
    /// The mode; null takes it away, so that the channel's and the global one count.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, value_type = Option<wire::Mode>)]
    mode: Option<Mode>,
}

/// A reply that a human sent by other means.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"id": "phone-12", "text": "Hi, Quinn here: the room is yours."})))]
pub(super) struct HumanReply {
    /// What your system calls it; noting it twice is refused. 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    id: String,
    /// What was written.
    #[schema(min_length = 1)]
    text: String,
}

/// A reply that was noted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotedReply {
    /// The message that was noted.
    #[schema(value_type = uuid::Uuid)]
    message_id: String,
    /// The thread as it is now.
    thread: ThreadDetail,
}

/// Set a thread's mode.
///
/// Candidates that were held by a pause are looked at again.
#[utoipa::path(put, path = "/v1/threads/{id}/mode", tag = "Threads", request_body = ThreadMode,
    params(("id" = uuid::Uuid, Path, description = "The thread's id.")),
    responses((status = 200, body = ThreadDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn set_thread_mode(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<ThreadId>,
    JsonBody(asked): JsonBody<ThreadMode>,
) -> Result<Json<ThreadDetail>, Problem> {
    let now = state.now();
    state.store().set_thread_mode(now, id, asked.mode, caller.name()).await?;
    state.committed(now, &[]);
    read_thread(&state, id).await.map(Json)
}

/// Take a thread over.
///
/// From now on a human answers it: what is live is held, and so is whatever comes.
#[utoipa::path(post, path = "/v1/threads/{id}/takeover", tag = "Threads",
    params(("id" = uuid::Uuid, Path, description = "The thread's id.")),
    responses((status = 200, body = ThreadDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn take_over(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<ThreadId>,
) -> Result<Json<ThreadDetail>, Problem> {
    let now = state.now();
    state.store().take_over(now, id, caller.name()).await?;
    state.committed(now, &[]);
    read_thread(&state, id).await.map(Json)
}

/// Give a thread back.
///
/// The machine answers it again; a candidate that waited for the human is looked at again.
#[utoipa::path(post, path = "/v1/threads/{id}/giveback", tag = "Threads",
    params(("id" = uuid::Uuid, Path, description = "The thread's id.")),
    responses((status = 200, body = ThreadDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn give_back(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<ThreadId>,
) -> Result<Json<ThreadDetail>, Problem> {
    let now = state.now();
    let hints = state.store().give_back(now, id, caller.name()).await?;
    state.committed(now, &hints);
    read_thread(&state, id).await.map(Json)
}

/// Note a human's reply.
///
/// For a reply that was sent by other means. It answers the thread: what is live is superseded. It is not sent and not
/// gated.
#[utoipa::path(post, path = "/v1/threads/{id}/replies", tag = "Threads", request_body = HumanReply,
    params(("id" = uuid::Uuid, Path, description = "The thread's id.")),
    responses(
        (status = 201, body = NotedReply),
        (status = 404, response = crate::openapi::NotFound),
        (status = 409, description = "`id_reused`: a reply with this id was noted before.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn note_reply(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<ThreadId>,
    JsonBody(reply): JsonBody<HumanReply>,
) -> Result<(StatusCode, Json<NotedReply>), Problem> {
    let checks = [
        ("id", acceptable::identifier(&reply.id)),
        ("text", acceptable::text(&reply.text, state.inbound().text_max_chars)),
    ];
    let wrong: Vec<_> = checks
        .into_iter()
        .filter_map(|(field, checked)| checked.err().map(|why| unacceptable(field, &why)))
        .collect();
    if !wrong.is_empty() {
        return Err(Problem::fields(wrong));
    }
    let now = state.now();
    let message = state.store().note_human_reply(now, id, &reply.id, &reply.text, caller.name()).await?;
    state.committed(now, &[]);
    let thread = read_thread(&state, id).await?;
    Ok((StatusCode::CREATED, Json(NotedReply { message_id: message.to_string(), thread })))
}
