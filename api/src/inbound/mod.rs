//! Taking messages in: one or many, as plain JSON or as CloudEvents.

mod cloud_event;
mod message;
mod receipt;
mod receive;
mod receive_batch;

use prospector_domain::access::Scope;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::Door;

pub(crate) use message::unacceptable;

pub(crate) fn doors() -> Vec<Door> {
    let router = OpenApiRouter::new()
        .routes(routes!(receive::receive_inbound))
        .routes(routes!(receive_batch::receive_inbound_batch));
    vec![Door::needing(Scope::Enqueue, router)]
}
