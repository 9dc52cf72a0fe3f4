//! What replies are made from: facts, canon and playbook. Each publication is a new version; versions never change.

mod canon;
mod facts;
mod playbook;
mod template;
mod text;
mod version;

use prospector_domain::access::Scope;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::router::Door;

pub(crate) fn doors() -> Vec<Door> {
    let read = OpenApiRouter::new()
        .routes(routes!(facts::show_facts))
        .routes(routes!(facts::list_facts_versions))
        .routes(routes!(facts::show_facts_version))
        .routes(routes!(playbook::show_playbook))
        .routes(routes!(playbook::list_playbook_versions))
        .routes(routes!(playbook::show_playbook_version))
        .routes(routes!(canon::show_canon))
        .routes(routes!(template::list_templates))
        .routes(routes!(template::show_template))
        .routes(routes!(template::list_template_versions));
    let admin = OpenApiRouter::new()
        .routes(routes!(facts::publish_facts))
        .routes(routes!(playbook::publish_playbook))
        .routes(routes!(canon::publish_canon))
        .routes(routes!(template::publish_template));
    vec![Door::needing(Scope::Read, read), Door::needing(Scope::Admin, admin)]
}
