//! The rest of an operator's levers: settings, sinks, the opt-out ledger, engine builds.

mod builds;
mod opt_outs;
mod settings;
mod sinks;

use prospector_domain::access::Scope;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::Door;

pub(crate) fn doors() -> Vec<Door> {
    let read = OpenApiRouter::new()
        .routes(routes!(settings::show_settings))
        .routes(routes!(sinks::list_sinks))
        .routes(routes!(opt_outs::list_opt_outs))
        .routes(routes!(builds::list_builds));
    let operate = OpenApiRouter::new()
        .routes(routes!(settings::change_settings))
        .routes(routes!(sinks::enable_sink))
        .routes(routes!(sinks::disable_sink))
        .routes(routes!(opt_outs::record_opt_out));
    let admin = OpenApiRouter::new().routes(routes!(builds::register_build));
    vec![
        Door::needing(Scope::Read, read),
        Door::needing(Scope::Operate, operate),
        Door::needing(Scope::Admin, admin),
    ]
}
