//! Looking at conversations.

use axum::{Json, extract::State};
use prospector_domain::id::{MessageId, ThreadId};
use prospector_store::ThreadFilter;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{MessageView, ThreadView};
use crate::{
    candidates::CandidateView,
    problem::{Code, Problem},
    request::{Cursor, Limit, Page, Params, PathId},
    state::ApiState,
};

/// Messages shown with a thread; the rest is on the pages of its messages.
const MESSAGES_SHOWN: i64 = 50;

/// Which threads.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ThreadQuery {
    /// Only threads with this contact.
    contact: Option<String>,
    /// Only threads on this channel.
    channel: Option<String>,
    /// Items on a page. Default 50.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Which page.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MessageQuery {
    /// Items on a page. Default 50.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// A thread with what is going on in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThreadDetail {
    /// The thread.
    thread: ThreadView,
    /// The candidate that is live, when there is one.
    live: Option<CandidateView>,
    /// Its newest messages, newest first, at most 50.
    messages: Vec<MessageView>,
}

/// List threads.
#[utoipa::path(get, path = "/v1/threads", tag = "Threads", params(ThreadQuery),
    responses((status = 200, body = Page<ThreadView>)))]
pub(super) async fn list_threads(
    State(state): State<ApiState>,
    Params(query): Params<ThreadQuery>,
) -> Result<Json<Page<ThreadView>>, Problem> {
    let filter = ThreadFilter {
        contact: query.contact,
        channel: query.channel,
        before: query.cursor.map(|cursor| cursor.key::<ThreadId>()).transpose()?,
    };
    let threads = state.store().threads(&filter, query.limit.to_read()).await?;
    Ok(Json(Page::of(threads, query.limit, |thread| thread.id, ThreadView::from)))
}

/// Show a thread.
///
/// With its live candidate and its newest messages.
#[utoipa::path(get, path = "/v1/threads/{id}", tag = "Threads",
    params(("id" = uuid::Uuid, Path, description = "The thread's id.")),
    responses((status = 200, body = ThreadDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn show_thread(
    State(state): State<ApiState>,
    PathId(id): PathId<ThreadId>,
) -> Result<Json<ThreadDetail>, Problem> {
    read_thread(&state, id).await.map(Json)
}

/// List a thread's messages.
#[utoipa::path(get, path = "/v1/threads/{id}/messages", tag = "Threads",
    params(("id" = uuid::Uuid, Path, description = "The thread's id."), MessageQuery),
    responses((status = 200, body = Page<MessageView>)))]
pub(super) async fn list_messages(
    State(state): State<ApiState>,
    PathId(id): PathId<ThreadId>,
    Params(query): Params<MessageQuery>,
) -> Result<Json<Page<MessageView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.key::<MessageId>()).transpose()?;
    let messages = state.store().thread_messages(id, before, query.limit.to_read()).await?;
    Ok(Json(Page::of(messages, query.limit, |message| message.id, MessageView::from)))
}

pub(super) async fn read_thread(state: &ApiState, id: ThreadId) -> Result<ThreadDetail, Problem> {
    let read = state.store().thread(id, MESSAGES_SHOWN).await?;
    let read = read.ok_or_else(|| Problem::new(Code::NotFound, format!("no thread with id {id}")))?;
    Ok(ThreadDetail {
        thread: read.thread.into(),
        live: read.live.map(CandidateView::from),
        messages: read.messages.into_iter().map(MessageView::from).collect(),
    })
}
