//! An upstream system: hands messages in over HTTP, and again until they were accepted.

use std::time::Duration;

use prospector_domain::id::CandidateId;
use prospector_testkit::wait_until;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::load::Inbound;

/// Longest wait for one answer: shorter than any test, longer than any pause a healthy API makes.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Pause before a message is handed in again.
const AGAIN_AFTER: Duration = Duration::from_millis(50);
/// How long a message is handed in again and again.
const PATIENCE: Duration = Duration::from_secs(60);

/// Speaks to one API.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    key: String,
    traceparent: Option<String>,
}

impl Client {
    pub(crate) fn new(port: u16, key: &str) -> Self {
        // A proxy of the environment must not stand between; a kept connection to a dead API would only cost a try.
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_WITHIN).build().unwrap();
        Self { http, base: format!("http://127.0.0.1:{port}"), key: key.to_owned(), traceparent: None }
    }

    /// The same, whose requests are a part of a trace.
    pub(crate) fn as_part_of(&self, traceparent: &str) -> Self {
        Self { traceparent: Some(traceparent.to_owned()), ..self.clone() }
    }

    /// Its key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Hands a message in once.
    pub(crate) async fn post(&self, message: &Inbound) -> reqwest::Result<Response> {
        let body = json!({
            "id": message.id,
            "thread": message.thread,
            "contact": message.contact,
            "channel": "sms",
            "text": message.text,
        });
        let request = self.http.post(format!("{}/v1/inbound", self.base)).bearer_auth(&self.key).json(&body);
        match &self.traceparent {
            Some(traceparent) => request.header("traceparent", traceparent).send().await,
            None => request.send().await,
        }
    }

    /// Hands a message in until it was accepted, as a system must that was told nothing, or to come back later.
    pub(crate) async fn hand_in(&self, message: &Inbound) -> CandidateId {
        let accepted = async {
            loop {
                if let Some(candidate) = self.try_hand_in(message).await {
                    return candidate;
                }
                tokio::time::sleep(AGAIN_AFTER).await;
            }
        };
        match tokio::time::timeout(PATIENCE, accepted).await {
            Ok(candidate) => candidate,
            Err(_) => panic!("message {} was not accepted within {PATIENCE:?}", message.id),
        }
    }

    async fn try_hand_in(&self, message: &Inbound) -> Option<CandidateId> {
        let answer = self.post(message).await.ok()?;
        let status = answer.status();
        let said = answer.json::<Value>().await.ok()?;
        match status {
            StatusCode::ACCEPTED | StatusCode::OK => {
                Some(said["candidate_id"].as_str().unwrap().parse().unwrap())
            }
            StatusCode::SERVICE_UNAVAILABLE => None,
            _ => panic!("message {} was refused with {status}: {said}", message.id),
        }
    }

    /// Waits until the API says that it can work.
    pub(crate) async fn ready(&self) {
        let what = format!("{} is ready", self.base);
        wait_until(&what, PATIENCE, async || self.is_ready().await.then_some(())).await;
    }

    /// Whether the API answers, and says that it can work.
    pub(crate) async fn is_ready(&self) -> bool {
        let answer = self.http.get(format!("{}/health/ready", self.base)).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}
