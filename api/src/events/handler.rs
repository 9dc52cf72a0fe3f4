//! `GET /v1/events`.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName},
    response::sse::{Event as SseEvent, KeepAlive, Sse},
};
use futures::{Stream, StreamExt as _, stream};
use prospector_domain::{event::Event, id::ThreadId};
use serde::Deserialize;

use super::{follow::Follower, view::EventView};
use crate::{
    problem::{Code, Problem},
    request::Params,
    state::ApiState,
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// A comment goes out when nothing else did for this long, so that nobody in between takes the line for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a follower should wait before it connects again.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);
/// How long to wait while every place is taken, in seconds.
const NO_PLACE_RETRY_S: u64 = 10;

/// From where, and what.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Follow {
    /// Only events of this thread.
    #[param(value_type = Option<uuid::Uuid>)]
    thread: Option<ThreadId>,
    /// Begin after the event with this number; 0 for all that are kept. Default: what happens from now on. The header
    /// `Last-Event-ID` goes before it.
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// Follow the trail.
///
/// Server-sent events: `id` is the event's number, `event` its kind, `data` the event as JSON. Comes back where it left
/// off when it is opened again with `Last-Event-ID`, as browsers do by themselves. A comment is sent every 15 seconds.
#[utoipa::path(get, path = "/v1/events", tag = "Events",
    params(
        Follow,
        ("Last-Event-ID" = Option<i64>, Header, description = "Begin after the event with this number.", minimum = 0),
    ),
    responses((status = 200, description = "The events as they come.", content_type = "text/event-stream", body = EventView)))]
pub(super) async fn follow_events(
    State(state): State<ApiState>,
    headers: HeaderMap,
    Params(follow): Params<Follow>,
) -> Result<Sse<impl Stream<Item = Result<SseEvent, Infallible>>>, Problem> {
    let after = match last_event_id(&headers)?.or(follow.after) {
        Some(after) if after < 0 => {
            return Err(Problem::field(Code::InvalidQuery, "after", "must be 0 or the number of an event"));
        }
        Some(after) => after,
        None => state.store().last_event_seq().await?,
    };
    let place = state.tail().place().ok_or_else(|| {
        let detail = "as many streams are open as this server serves";
        Problem::new(Code::TooManyStreams, detail).retry_after(NO_PLACE_RETRY_S)
    })?;
    // Something at once, so that the caller knows that the line stands.
    let hello = stream::iter([SseEvent::default().comment("following").retry(RECONNECT_AFTER)]);
    let follower = Follower::new(state, follow.thread, after, place);
    let events = hello.chain(follower.into_stream().map(write)).map(Ok);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("still here")))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|number| *number >= 0);
    let refused = || Problem::field(Code::InvalidQuery, "Last-Event-ID", "must be the number of an event");
    number.map(Some).ok_or_else(refused)
}

fn write(event: Event) -> SseEvent {
    let head = SseEvent::default().id(event.seq.to_string()).event(event.kind.to_string());
    let data =
        serde_json::to_string(&EventView::from(event)).expect("events hold JSON and plain values only");
    head.data(data)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_last_event_is_a_number() {
        let of = |value: &'static str| {
            last_event_id(&HeaderMap::from_iter([(LAST_EVENT_ID, HeaderValue::from_static(value))]))
        };
        assert_eq!(of("42").unwrap(), Some(42));
        assert_eq!(last_event_id(&HeaderMap::new()).unwrap(), None);
        for bad in ["", "-1", "abc", "9223372036854775808"] {
            assert_eq!(of(bad).unwrap_err().code(), Code::InvalidQuery, "{bad}");
        }
    }
}
