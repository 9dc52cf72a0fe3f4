//! The part of the API that is spoken.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::{
    Json, Router,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get},
};
use prospector_domain::{source::Clock, time::UnixMs};
use serde_json::{Value, json};

use super::{
    fake_cloud::{CLOUD_DESTROY_TOKEN, CLOUD_TOKEN},
    fault::{CreateFault, DeleteFault, hang_up, refuse},
    state::{State, sizes},
};

type Pairs = Query<std::collections::BTreeMap<String, String>>;

pub(super) struct Cloud {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) state: Mutex<State>,
}

impl Cloud {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the lock panics")
    }

    pub(super) fn now(&self) -> UnixMs {
        self.clock.now()
    }
}

pub(super) fn router(cloud: Arc<Cloud>) -> Router {
    Router::new()
        .route("/v2/droplets", get(list).post(create))
        .route("/v2/droplets/{id}", delete(destroy))
        .route("/v2/sizes", get(list_sizes))
        // What a droplet learns about itself; there each has the same address, here the id is in the path.
        .route("/metadata/{id}/v1/id", get(async |Path(id): Path<String>| id))
        .with_state(cloud)
}

async fn list(Shared(cloud): Shared<Arc<Cloud>>, headers: HeaderMap, query: Pairs) -> Response {
    let now = cloud.now();
    let mut state = cloud.state();
    if let Some(refused) = refuse_read(&mut state, now, &headers) {
        return refused;
    }
    let gpus = query.get("type").is_some_and(|kind| kind == "gpus");
    if gpus && query.contains_key("tag_name") {
        return refuse(422, "unprocessable_entity", "type cannot be combined with tag_name");
    }
    let mut shown = state.list(now, gpus);
    if let Some(tag) = query.get("tag_name") {
        shown.retain(|droplet| {
            droplet["tags"].as_array().is_some_and(|tags| tags.iter().any(|t| t == tag.as_str()))
        });
    }
    page("droplets", &shown, &query, state.page_max)
}

async fn list_sizes(Shared(cloud): Shared<Arc<Cloud>>, headers: HeaderMap, query: Pairs) -> Response {
    let now = cloud.now();
    let mut state = cloud.state();
    match refuse_read(&mut state, now, &headers) {
        Some(refused) => refused,
        None => page("sizes", &sizes(), &query, state.page_max),
    }
}

async fn create(
    Shared(cloud): Shared<Arc<Cloud>>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    if !may(&headers, &[CLOUD_TOKEN]) {
        return unauthorized();
    }
    let fault = {
        let mut state = cloud.state();
        state.creates += 1;
        state.create_faults.pop_front()
    };
    match fault {
        Some(CreateFault::Refused(refusal)) => refusal.answer(cloud.now()),
        Some(CreateFault::EffectWhenTold(told)) => {
            // A task of its own: the handler is dropped when nobody waits for its answer any more.
            let late = tokio::spawn(async move {
                told.notified().await;
                take_effect(&cloud, &request)
            });
            late.await.expect("nothing in it panics")
        }
        Some(CreateFault::AnswerLost) => {
            take_effect(&cloud, &request);
            hang_up()
        }
        Some(CreateFault::AnswerWhenTold(told)) => {
            let answer = take_effect(&cloud, &request);
            told.notified().await;
            answer
        }
        None => take_effect(&cloud, &request),
    }
}

fn take_effect(cloud: &Cloud, request: &Value) -> Response {
    match cloud.state().create(cloud.now(), request) {
        Ok(id) => {
            let droplet =
                json!({ "id": id, "name": request["name"], "status": "new", "networks": { "v4": [] } });
            (StatusCode::ACCEPTED, Json(json!({ "droplet": droplet, "links": { "actions": [] } })))
                .into_response()
        }
        Err(message) => refuse(422, "unprocessable_entity", &message),
    }
}

async fn destroy(Shared(cloud): Shared<Arc<Cloud>>, headers: HeaderMap, Path(id): Path<u64>) -> Response {
    if !may(&headers, &[CLOUD_TOKEN, CLOUD_DESTROY_TOKEN]) {
        return unauthorized();
    }
    let now = cloud.now();
    let mut state = cloud.state();
    state.deletes += 1;
    let fault = state.delete_faults.pop_front();
    if let Some(DeleteFault::Refused(refusal)) = fault {
        return refusal.answer(now);
    }
    let Some(droplet) = state.living(id) else { return not_found() };
    match fault {
        Some(DeleteFault::NoEffect) => {}
        Some(DeleteFault::Slow(lists)) => droplet.dying_lists = Some(lists),
        _ => droplet.destroyed_at = Some(now),
    }
    // The lock must not be poisoned by the way in which the connection is closed.
    drop(state);
    if matches!(fault, Some(DeleteFault::AnswerLost)) {
        hang_up();
    }
    StatusCode::NO_CONTENT.into_response()
}

fn refuse_read(state: &mut State, now: UnixMs, headers: &HeaderMap) -> Option<Response> {
    if !may(headers, &[CLOUD_TOKEN]) {
        return Some(unauthorized());
    }
    state.read_faults.pop_front().map(|refusal| refusal.answer(now))
}

fn may(headers: &HeaderMap, tokens: &[&str]) -> bool {
    let given =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    given.is_some_and(|given| tokens.contains(&given))
}

fn unauthorized() -> Response {
    refuse(401, "unauthorized", "Unable to authenticate you")
}

fn not_found() -> Response {
    refuse(404, "not_found", "The resource you were accessing could not be found.")
}

/// One page of `entries`, with a link to the next where there is one.
fn page(name: &str, entries: &[Value], query: &Pairs, page_max: usize) -> Response {
    let number = |field: &str| query.get(field).and_then(|text| text.parse::<usize>().ok());
    let per_page = number("per_page").unwrap_or(20).clamp(1, page_max);
    let page = number("page").unwrap_or(1).max(1);
    let begin = ((page - 1) * per_page).min(entries.len());
    let end = (begin + per_page).min(entries.len());
    let mut links = json!({});
    if end < entries.len() {
        links["pages"] =
            json!({ "next": format!("https://api.digitalocean.com/v2/{name}?page={}", page + 1) });
    }
    Json(json!({ name: entries[begin..end], "links": links, "meta": { "total": entries.len() } }))
        .into_response()
}
