//! The trail as it grows, for whoever wants to follow it: server-sent events.

mod follow;
mod handler;
mod tail;
mod view;

use prospector_domain::access::Scope;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::Door;

pub(crate) use tail::Tail;

pub(crate) fn door() -> Door {
    Door::needing(Scope::Read, OpenApiRouter::new().routes(routes!(handler::follow_events)))
}
