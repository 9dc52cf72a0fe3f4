//! Replies in the making: looking at them, and a human's decisions about them.

mod act;
mod actions;
mod detail;
mod show;
mod view;

use prospector_domain::access::Scope;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::Door;

pub(crate) use view::CandidateView;

pub(crate) fn doors() -> Vec<Door> {
    let read = OpenApiRouter::new()
        .routes(routes!(show::list_candidates))
        .routes(routes!(show::show_candidate))
        .routes(routes!(show::count_outcomes));
    let operate = OpenApiRouter::new()
        .routes(routes!(act::approve))
        .routes(routes!(act::reject))
        .routes(routes!(act::undo))
        .routes(routes!(act::release))
        .routes(routes!(act::mark_delivered));
    vec![Door::needing(Scope::Read, read), Door::needing(Scope::Operate, operate)]
}
