//! Conversations: looking at them, and a human's steps in them.

mod act;
mod show;
mod view;

use prospector_domain::access::Scope;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::Door;

pub(crate) fn doors() -> Vec<Door> {
    let read = OpenApiRouter::new()
        .routes(routes!(show::list_threads))
        .routes(routes!(show::show_thread))
        .routes(routes!(show::list_messages));
    let operate = OpenApiRouter::new()
        .routes(routes!(act::set_thread_mode))
        .routes(routes!(act::take_over))
        .routes(routes!(act::give_back))
        .routes(routes!(act::note_reply));
    vec![Door::needing(Scope::Read, read), Door::needing(Scope::Operate, operate)]
}
