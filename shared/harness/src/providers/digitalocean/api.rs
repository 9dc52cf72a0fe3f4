//! Requests to the API, and what its answers mean.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use super::{settings::DigitalOceanSettings, wire::Refusal};
use crate::{
    Secret,
    providers::{ProviderError, ProviderErrorKind},
    settings::{InvalidSettings, SettingProblem},
};

/// Longest answer that is read, in bytes: 200 droplets are about 500 KB.
const ANSWER_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Longest text of a refusal that is passed on, in characters.
const DETAIL_MAX_CHARS: usize = 300;
/// Longest wish to wait that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);
/// What a 422 says when there is no machine to rent, as opposed to a mistake in the request.
const NO_CAPACITY_WORDS: [&str; 6] =
    ["not available", "unavailable", "capacity", "sold out", "out of stock", "no longer available"];

/// The API behind a token.
#[derive(Debug)]
pub(super) struct Api {
    client: reqwest::Client,
    base_url: Url,
    token: Secret,
    timeout: Duration,
    read_attempts: u32,
    read_pause: Duration,
}

/// An answer that came in whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// What the caller was after, which decides what a lost answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Create,
    Destroy,
}

impl Api {
    pub(super) fn new(settings: &DigitalOceanSettings, token: Secret) -> Result<Self, InvalidSettings> {
        let timeout = Duration::from_millis(settings.request_timeout_ms);
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout)
            // A redirect would take the token elsewhere, and a repeated create would rent a second machine.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build();
        let unusable = |reason: String| {
            InvalidSettings(vec![SettingProblem {
                field: "api_url",
                reason,
                remedy: "look at the settings of TLS",
            }])
        };
        let client = client.map_err(|error| unusable(format!("has no HTTP client: {error}")))?;
        let base_url = Url::parse(&settings.api_url).map_err(|error| unusable(error.to_string()))?;
        Ok(Self {
            client,
            base_url,
            token,
            timeout,
            read_attempts: settings.read_attempts,
            read_pause: Duration::from_millis(settings.read_pause_ms),
        })
    }

    /// Asks, and asks again while the API does not work.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let mut pause = self.read_pause;
        let mut attempts_left = self.read_attempts;
        loop {
            attempts_left = attempts_left.saturating_sub(1);
            match self.read_once(path, query).await {
                Err(error) if error.kind == ProviderErrorKind::Unavailable && attempts_left > 0 => {
                    tracing::debug!(provider.error = %error, "asking the provider again");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                decided => return decided,
            }
        }
    }

    async fn read_once<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let answer = self.send(self.request(Method::GET, path, query), Purpose::Read).await?;
        if !answer.status.is_success() {
            return Err(self.refusal(&answer, Purpose::Read));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            ProviderError::new(
                ProviderErrorKind::Unavailable,
                format!("the answer is not understood: {error}"),
            )
        })
    }

    /// Sends a create once. Whatever leaves it open whether that took effect is `AnswerUnknown`.
    pub(super) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ProviderError> {
        let answer = self.send(self.request(Method::POST, path, &[]).json(body), Purpose::Create).await?;
        if !answer.status.is_success() {
            return Err(self.refusal(&answer, Purpose::Create));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            ProviderError::new(
                ProviderErrorKind::AnswerUnknown,
                format!("accepted, but the answer is not understood: {error}"),
            )
        })
    }

    /// Sends a destroy once. That there is nothing to destroy is what was wanted.
    pub(super) async fn destroy(&self, path: &str) -> Result<(), ProviderError> {
        let answer = self.send(self.request(Method::DELETE, path, &[]), Purpose::Destroy).await?;
        if answer.status.is_success() || matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::GONE) {
            return Ok(());
        }
        Err(self.refusal(&answer, Purpose::Destroy))
    }

    fn request(&self, method: Method, path: &str, query: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}{path}", self.base_url.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.client.request(method, url).bearer_auth(self.token.expose())
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        purpose: Purpose,
    ) -> Result<Answer, ProviderError> {
        let lost = |error: reqwest::Error| self.lost(&error, purpose);
        let mut response = request.send().await.map_err(lost)?;
        let mut answer =
            Answer { status: response.status(), headers: response.headers().clone(), body: Vec::new() };
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if answer.body.len() + chunk.len() > ANSWER_MAX_BYTES {
                return Err(ProviderError::new(nothing_known(purpose), "the answer is too long"));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }

    /// What it means that no whole answer came.
    fn lost(&self, error: &reqwest::Error, purpose: Purpose) -> ProviderError {
        let detail = if error.is_timeout() {
            format!("no answer within {} ms", self.timeout.as_millis())
        } else {
            in_full(&error)
        };
        let kind = if error.is_builder() {
            ProviderErrorKind::Refused
        } else if error.is_connect() {
            ProviderErrorKind::Unavailable
        } else {
            nothing_known(purpose)
        };
        ProviderError::new(kind, self.without_token(&detail))
    }

    fn refusal(&self, answer: &Answer, purpose: Purpose) -> ProviderError {
        let said: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
        let kind = match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ProviderErrorKind::Unauthorized,
            StatusCode::TOO_MANY_REQUESTS => ProviderErrorKind::Throttled,
            StatusCode::REQUEST_TIMEOUT => nothing_known(purpose),
            status if status.is_server_error() => nothing_known(purpose),
            // A droplet with something else going on cannot be destroyed for the moment.
            _ if purpose == Purpose::Destroy => ProviderErrorKind::Unavailable,
            StatusCode::UNPROCESSABLE_ENTITY if is_no_capacity(&said.message) => {
                ProviderErrorKind::NoCapacity
            }
            _ => ProviderErrorKind::Refused,
        };
        let detail: String =
            format!("{} {said}", answer.status.as_u16()).chars().take(DETAIL_MAX_CHARS).collect();
        let retry_after =
            (kind == ProviderErrorKind::Throttled).then(|| retry_after(&answer.headers)).flatten();
        ProviderError { kind, detail: self.without_token(&detail), retry_after }
    }

    fn without_token(&self, text: &str) -> String {
        let token = self.token.expose();
        if token.is_empty() { text.to_owned() } else { text.replace(token, "***") }
    }
}

const fn nothing_known(purpose: Purpose) -> ProviderErrorKind {
    match purpose {
        Purpose::Create => ProviderErrorKind::AnswerUnknown,
        // Reading has no effect, and destroying once more does no harm.
        Purpose::Read | Purpose::Destroy => ProviderErrorKind::Unavailable,
    }
}

fn is_no_capacity(message: &str) -> bool {
    let message = message.to_lowercase();
    NO_CAPACITY_WORDS.iter().any(|words| message.contains(words))
}

/// `retry-after` in seconds comes with bursts only. Otherwise the limit says when it is lifted, as a Unix time, which
/// is compared to the time of the answer, because only the other side's clock can be compared to it.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let seconds = number("retry-after").or_else(|| {
        let date = headers.get(header::DATE)?.to_str().ok()?;
        let answered = jiff::fmt::rfc2822::parse(date).ok()?.timestamp().as_second();
        Some(number("ratelimit-reset")? - answered)
    })?;
    Some(Duration::from_secs(seconds.max(1).unsigned_abs()).min(RETRY_AFTER_MAX))
}

/// An error with its causes, which reqwest leaves out of its own text.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_wish_to_wait_is_read_from_either_header() {
        let date = ("date", "Sun, 01 Mar 2026 12:00:00 GMT");
        let seconds = |pairs: &[_]| retry_after(&headers(pairs)).map(|wait| wait.as_secs());
        assert_eq!(seconds(&[("retry-after", "30")]), Some(30));
        // 2026-03-01T12:00:00Z is 1772366400.
        assert_eq!(seconds(&[("ratelimit-reset", "1772366460"), date]), Some(60));
        assert_eq!(seconds(&[("ratelimit-reset", "1772366000"), date]), Some(1));
        assert_eq!(seconds(&[("ratelimit-reset", "1792366000"), date]), Some(3_600));
        assert_eq!(seconds(&[("ratelimit-reset", "1772366460")]), None);
    }

    #[test]
    fn a_mistake_is_not_taken_for_a_lack_of_capacity() {
        for message in
            ["Size is not available in this region.", "We are at capacity for this size", "Sold out"]
        {
            assert!(is_no_capacity(message), "{message}");
        }
        for message in [
            "You specified an invalid image for Droplet creation.",
            "creating this droplet will exceed your droplet limit",
        ] {
            assert!(!is_no_capacity(message), "{message}");
        }
    }
}
