//! All addresses, each behind the door it needs, and their description.

use std::{any::Any, sync::LazyLock, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{Method, Uri},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use prospector_domain::access::Scope;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::{OpenApi, security::SecurityRequirement};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Guard, guard, idempotent},
    candidates, documents, events, inbound, jobs, observe, openapi, operator, probes,
    problem::{Code, Problem},
    state::ApiState,
    threads,
};

/// Longest time until an answer begins. More than every wait inside (a connection to the database, a body) takes, less
/// than callers and proxies wait.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(25);
/// How long to wait after that, in seconds.
const TIMEOUT_RETRY_S: u64 = 5;

/// Addresses that need a key with one of these scopes.
pub(crate) struct Door {
    scopes: Vec<Scope>,
    router: OpenApiRouter<ApiState>,
}

impl Door {
    /// Puts `router` behind a door, and says so in its description.
    pub(crate) fn needing(scope: Scope, router: OpenApiRouter<ApiState>) -> Self {
        Self::needing_one_of(&[scope], router)
    }

    /// As [`Door::needing`], for addresses that several kinds of callers use; what each may see is for them to check.
    pub(crate) fn needing_one_of(scopes: &[Scope], mut router: OpenApiRouter<ApiState>) -> Self {
        let requirement = |scope: &Scope| SecurityRequirement::new(openapi::KEY_SCHEME, [scope.to_string()]);
        for item in router.get_openapi_mut().paths.paths.values_mut() {
            for operation in openapi::operations_mut(item) {
                operation.security = Some(scopes.iter().map(requirement).collect());
            }
        }
        Self { scopes: scopes.to_vec(), router }
    }

    fn locked(self, state: &ApiState) -> OpenApiRouter<ApiState> {
        let guarded = Guard { state: state.clone(), scopes: self.scopes };
        self.router
            .route_layer(from_fn_with_state(state.clone(), idempotent))
            .route_layer(from_fn_with_state(guarded, guard))
    }
}

fn doors() -> Vec<Door> {
    [
        inbound::doors(),
        jobs::doors(),
        threads::doors(),
        candidates::doors(),
        operator::doors(),
        documents::doors(),
    ]
    .into_iter()
    .flatten()
    .chain([events::door()])
    .collect()
}

fn docs() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(openapi::show))
}

/// The whole interface, ready to be served.
pub fn router(state: ApiState) -> Router {
    let mut docs = docs();
    if !state.public_docs() {
        let guarded = Guard { state: state.clone(), scopes: Vec::new() };
        docs = docs.route_layer(from_fn_with_state(guarded, guard));
    }
    let mut all = OpenApiRouter::new().merge(probes::routes()).merge(docs);
    for door in doors() {
        all = all.merge(door.locked(&state));
    }
    finish(all, state)
}

/// Only what machines ask without a key, ready to be served.
pub(crate) fn probes_router(state: ApiState) -> Router {
    finish(probes::routes(), state)
}

fn finish(routes: OpenApiRouter<ApiState>, state: ApiState) -> Router {
    let (router, _) = routes.split_for_parts();
    router
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(limit_time))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

/// The description of the interface, which `/v1/openapi.json` serves.
#[must_use]
pub fn document() -> &'static OpenApi {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| {
        let mut all = OpenApiRouter::with_openapi(openapi::frame()).merge(probes::routes()).merge(docs());
        for door in doors() {
            all = all.merge(door.router);
        }
        openapi::complete(all.into_openapi())
    });
    &DOCUMENT
}

/// Method and template of every route, such as `POST /v1/inbound`, and a name for requests that fit none.
pub(crate) fn route_names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let mut names = vec![observe::UNMATCHED];
        for (path, item) in &document().paths.paths {
            // The list is made once in the life of the process, and metrics want labels that outlive everything.
            names.extend(
                openapi::methods(item)
                    .into_iter()
                    .map(|method| -> &'static str { format!("{method} {path}").leak() }),
            );
        }
        names
    });
    &NAMES
}

async fn no_route(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(200).collect();
    Problem::new(Code::NoRoute, format!("there is nothing at {path}"))
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(200).collect();
    Problem::new(Code::MethodNotAllowed, format!("{method} is not allowed at {path}"))
}

async fn limit_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(http.timeout_s = ANSWER_TIMEOUT.as_secs(), "a request took too long");
            let detail = format!("there was no answer within {} s", ANSWER_TIMEOUT.as_secs());
            Problem::new(Code::Timeout, detail).retry_after(TIMEOUT_RETRY_S).into_response()
        }
    }
}

/// The panic itself is logged and counted by the process's hook; the caller learns nothing of it.
fn after_panic(_panic: Box<dyn Any + Send>) -> Response {
    Problem::new(Code::Internal, "the request failed; the log says why").into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(app: Router) -> (u16, String) {
        let response = app.oneshot(Request::new(Body::empty())).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.into()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_answered_without_its_words() {
        async fn careless() -> &'static str {
            panic!("the secret of the house")
        }
        let app = Router::new().route("/", get(careless)).layer(CatchPanicLayer::custom(after_panic));
        let (status, body) = ask(app).await;
        assert_eq!(status, 500);
        assert!(body.contains("\"code\":\"internal\"") && !body.contains("secret"), "{body}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_does_not_come_is_given_up() {
        let app = Router::new().route("/", get(std::future::pending::<String>)).layer(from_fn(limit_time));
        let (status, body) = ask(app).await;
        assert_eq!(status, 503);
        assert!(body.contains("\"code\":\"timeout\""), "{body}");
    }

    #[test]
    fn routes_are_named_by_method_and_template() {
        let names = route_names();
        assert!(names.contains(&"POST /v1/inbound") && names.contains(&"GET /v1/jobs/{id}"), "{names:?}");
        assert_eq!(names[0], observe::UNMATCHED);
    }
}
