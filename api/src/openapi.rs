//! The description of the interface: what the addresses share, added to what each says of itself.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use prospector_runtime::build_info;
use utoipa::{
    OpenApi, ToSchema as _,
    openapi::{
        self, Content, ContentBuilder, HeaderBuilder, InfoBuilder, Ref, RefOr, ResponseBuilder,
        ServerBuilder,
        path::{Operation, PathItem},
        schema::{Object, Type},
        security::{Http, HttpAuthScheme, SecurityScheme},
        tag::TagBuilder,
    },
};

use crate::problem::ProblemBody;

/// The name of the one way to show who asks.
pub(crate) const KEY_SCHEME: &str = "key";

const ABOUT: &str = "Hands messages and jobs to Prospector, and lets an operator watch and decide.

Every request but those under *Watching* carries an API key: `Authorization: Bearer psk_…`. A key has scopes: `enqueue`, \
`read`, `operate` (includes `read`) and `admin` (includes all); each operation names the one it needs. A revoked key may \
work for up to five seconds more.

Whatever is turned down is answered with RFC 9457 problem details, whose `code` is stable and whose `errors` name the \
fields. Times in requests are RFC 3339; times in answers end in `_ms` and are milliseconds since 1970, UTC. Lists are \
newest first; `next_cursor` leads to the next page. A POST with an `Idempotency-Key` is carried out once: its answer is \
repeated for at least 24 hours, with `idempotent-replayed: true`.

The examples are those of a small guesthouse whose owner is called Quinn.";

const TAGS: &[(&str, &str)] = &[
    ("Enqueue", "Handing in messages and single jobs."),
    ("Candidates", "Replies in the making: what becomes of each message, and a human's decisions."),
    ("Threads", "Conversations."),
    ("Jobs", "The work behind it all, and its queues."),
    ("Documents", "Facts, canon and playbook: what replies are made from. Versions never change."),
    ("Operation", "Settings, sinks, the opt-out ledger, engine builds."),
    ("Events", "The trail of everything that happened, as it happens."),
    ("Watching", "For machines that watch; needs no key."),
];

/// Problems that any request behind a door may meet.
const AT_EVERY_DOOR: &[&str] = &["401", "403", "429", "500", "503"];
/// Problems that any request with a body may meet.
const WITH_A_BODY: &[&str] = &["400", "408", "413", "415", "422"];
/// Problems that any request with an id or query parameters may meet.
const WITH_PARAMETERS: &[&str] = &["400"];
/// Problems of an `Idempotency-Key`.
const OF_A_POST: &[&str] = &["400", "409", "422"];

const SHARED_PROBLEMS: &[(&str, &str)] = &[
    (
        "400",
        "It cannot be read: `malformed_json`, `not_utf8`, `malformed_body`, `invalid_query`, `invalid_cursor`, `invalid_id`, `idempotency_key_malformed`.",
    ),
    ("401", "No usable key: `key_missing`, `key_malformed`, `key_unknown`, `key_expired`, `key_revoked`."),
    ("403", "The key lacks a scope: `scope_missing`."),
    ("404", "`not_found`."),
    ("408", "`body_timeout`."),
    (
        "409",
        "It does not fit the state: `wrong_state`, `id_reused`, `conflict`, `nothing_published`, `idempotency_in_flight`.",
    ),
    ("413", "`body_too_large`."),
    ("415", "`unsupported_media_type`."),
    ("422", "It can be read but not accepted; `code` says why and `errors` where."),
    ("429", "`rate_limited`."),
    ("500", "`internal`."),
    ("503", "Come back later: `store_unavailable`, `timeout`, `too_many_streams`."),
];

/// What is there before any address is added.
pub(crate) fn frame() -> openapi::OpenApi {
    #[derive(OpenApi)]
    struct Nothing;

    let mut frame = Nothing::openapi();
    frame.info =
        InfoBuilder::new().title("Prospector").version(build_info::VERSION).description(Some(ABOUT)).build();
    frame.servers = Some(vec![ServerBuilder::new().url("/").build()]);
    let tag = |(name, about): &(&str, &str)| TagBuilder::new().name(*name).description(Some(*about)).build();
    frame.tags = Some(TAGS.iter().map(tag).collect());
    frame
}

/// Adds what the addresses share: the way to show a key, problems, idempotency.
pub(crate) fn complete(mut document: openapi::OpenApi) -> openapi::OpenApi {
    for item in document.paths.paths.values_mut() {
        let has_post = item.post.is_some();
        for operation in operations_mut(item) {
            add_problems(operation);
        }
        if let Some(post) = item.post.as_mut().filter(|_| has_post) {
            add_idempotency(post);
        }
    }
    let components = document.components.get_or_insert_default();
    let mut schemas =
        vec![(ProblemBody::name().into_owned(), <ProblemBody as utoipa::PartialSchema>::schema())];
    ProblemBody::schemas(&mut schemas);
    components.schemas.extend(schemas);
    for (status, description) in SHARED_PROBLEMS {
        components.responses.insert(problem_name(status), problem(status, description).into());
    }
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.bearer_format = Some("psk_…".to_owned());
    scheme.description = Some("An API key, made with `prospector keys create`.".to_owned());
    components.security_schemes.insert(KEY_SCHEME.to_owned(), SecurityScheme::Http(scheme).into());
    document
}

fn add_problems(operation: &mut Operation) {
    let behind_door = operation.security.is_some();
    let takes_body = operation.request_body.is_some();
    let takes_parameters = operation.parameters.is_some();
    let groups =
        [(behind_door, AT_EVERY_DOOR), (takes_body, WITH_A_BODY), (takes_parameters, WITH_PARAMETERS)];
    for (_, statuses) in groups.into_iter().filter(|(applies, _)| *applies) {
        refer_to(operation, statuses);
    }
}

fn add_idempotency(post: &mut Operation) {
    refer_to(post, OF_A_POST);
    let parameter = openapi::path::ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(openapi::path::ParameterIn::Header)
        .description(Some(
            "Makes repeating the request safe: under the same key it is carried out once. 1 to 255 visible ASCII \
             characters, with or without quotes.",
        ))
        .schema(Some(Object::with_type(Type::String)))
        .example(Some("8e03978e-40d5-43e8-bc93-6894a57f9324".into()))
        .build();
    post.parameters.get_or_insert_default().push(parameter.into());
}

/// Adds shared problems for the statuses that the operation does not describe itself.
fn refer_to(operation: &mut Operation, statuses: &[&str]) {
    for status in statuses {
        let reference = RefOr::Ref(Ref::from_response_name(problem_name(status)));
        operation.responses.responses.entry((*status).to_owned()).or_insert(reference);
    }
}

fn problem_name(status: &str) -> String {
    format!("Problem{status}")
}

fn problem(status: &str, description: &str) -> openapi::Response {
    let schema = Ref::from_schema_name(ProblemBody::name());
    let content: Content = ContentBuilder::new().schema(Some(schema)).build();
    let response =
        ResponseBuilder::new().description(description).content("application/problem+json", content);
    if !matches!(status, "429" | "503") {
        return response.build();
    }
    let seconds = HeaderBuilder::new()
        .schema(Some(Object::with_type(Type::Integer)))
        .description(Some("How many seconds to wait before trying again."));
    response.header("Retry-After", seconds.build()).build()
}

/// The operations of a path.
pub(crate) fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// The methods of a path, in capitals.
pub(crate) fn methods(item: &PathItem) -> Vec<&'static str> {
    let there = [
        ("GET", item.get.is_some()),
        ("PUT", item.put.is_some()),
        ("POST", item.post.is_some()),
        ("DELETE", item.delete.is_some()),
        ("PATCH", item.patch.is_some()),
    ];
    there.into_iter().filter(|(_, there)| *there).map(|(method, _)| method).collect()
}

/// This description.
///
/// OpenAPI 3.1. Needs no key, unless `api.public_docs` is false.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "Watching",
    responses((status = 200, content_type = "application/json", body = serde_json::Value)))]
pub(crate) async fn show() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        crate::router::document().to_json().expect("the description is made of text and numbers only")
    });
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

/// The problem of a thing that is not there, for operations to refer to.
pub(crate) struct NotFound;

impl<'r> utoipa::ToResponse<'r> for NotFound {
    fn response() -> (&'r str, RefOr<openapi::Response>) {
        let (status, description) = ("404", "`not_found`.");
        ("Problem404", problem(status, description).into())
    }
}
