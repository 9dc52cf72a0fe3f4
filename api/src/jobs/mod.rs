//! Single jobs, every job's state, and the queues they travel through.

mod ask;
mod ask_dispatch;
mod queues;
mod show;
mod view;

use prospector_domain::access::Scope;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::Door;

pub(crate) use ask_dispatch::violates;

pub(crate) fn doors() -> Vec<Door> {
    let enqueue = OpenApiRouter::new().routes(routes!(ask::ask_for_job));
    let read = OpenApiRouter::new().routes(routes!(show::list_jobs)).routes(routes!(queues::list_queues));
    let operate = OpenApiRouter::new()
        .routes(routes!(show::cancel_job))
        .routes(routes!(show::retry_job))
        .routes(routes!(queues::pause_queue))
        .routes(routes!(queues::resume_queue));
    let own = OpenApiRouter::new().routes(routes!(show::show_job));
    vec![
        Door::needing(Scope::Enqueue, enqueue),
        Door::needing_one_of(&[Scope::Read, Scope::Enqueue], own),
        Door::needing(Scope::Read, read),
        Door::needing(Scope::Operate, operate),
    ]
}
