//! The door of every address that needs a key: is the key good, does it ask too often, may it do this.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use prospector_domain::access::Scope;

use super::{Caller, rate::Turn, rate_headers};
use crate::{
    key::KeyHash,
    problem::{Code, Problem},
    state::ApiState,
};

/// What a door asks for.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) state: ApiState,
    /// One of these the key must have; with none, any key that works will do.
    pub(crate) scopes: Vec<Scope>,
}

/// Lets a request through, or says why not. Whoever is let through is found by the handler as a [`Caller`].
pub(crate) async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let caller = match guard.recognise(request.headers()).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let limiter = guard.state.rate_limiter();
    let turn = limiter.take(caller.key_id());
    let mut response = match turn {
        Turn::Wait { wait } => rate_headers::too_often(limiter.quota(), wait).into_response(),
        Turn::Go { .. } => match caller.require_one_of(&guard.scopes) {
            Err(problem) => problem.into_response(),
            Ok(()) => {
                tracing::Span::current().record("api.key", tracing::field::display(caller.key_id()));
                request.extensions_mut().insert(caller);
                next.run(request).await
            }
        },
    };
    rate_headers::write(response.headers_mut(), limiter.quota(), turn);
    response
}

impl Guard {
    async fn recognise(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let key = bearer(headers)?;
        let hash = KeyHash::of(key).map_err(|why| Problem::new(Code::KeyMalformed, why.to_string()))?;
        let caller = match self.state.key_cache().get(hash) {
            Some(caller) => caller,
            None => self.look_up(hash).await?,
        };
        caller.check_works(self.state.now())?;
        Ok(caller)
    }

    async fn look_up(&self, hash: KeyHash) -> Result<Caller, Problem> {
        let found = self.state.store().api_key_by_hash(&hash.to_string()).await?;
        let key = found.ok_or_else(|| Problem::new(Code::KeyUnknown, "this key does not exist here"))?;
        let caller = Caller::of(key);
        self.state.key_cache().put(hash, caller.clone());
        Ok(caller)
    }
}

/// The key in `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let missing = || Problem::new(Code::KeyMissing, "the header `Authorization: Bearer psk_…` is missing");
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let value = given.next().and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
    if given.next().is_some() {
        return Err(Problem::new(Code::KeyMalformed, "there is more than one Authorization header"));
    }
    let (scheme, key) = value.split_once(' ').ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(missing());
    }
    Ok(key.trim())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_key_is_found_in_one_bearer_header() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers).unwrap_err().code(), Code::KeyMissing);
        for other in ["Basic cXVpbm46eA==", "psk_1", "Bearer"] {
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(other));
            assert_eq!(bearer(&headers).unwrap_err().code(), Code::KeyMissing, "{other}");
        }
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer  psk_1"));
        assert_eq!(bearer(&headers).unwrap(), "psk_1");
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer psk_2"));
        assert_eq!(bearer(&headers).unwrap_err().code(), Code::KeyMalformed);
    }
}
