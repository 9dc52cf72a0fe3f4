//! A receiver of signed webhooks that deduplicates by `webhook-id`, and misbehaves when told to.

use std::{
    collections::{HashSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

/// Signs what goes to every [`WebhookSink`]: `whsec_` and the base64 of 32 bytes.
const SECRET: &str = "whsec_dGVzdGtpdC1zaW5rLXNlY3JldC0wMTIzNDU2Nzg5YWI=";

/// Listens on a port of 127.0.0.1 until dropped.
#[derive(Debug)]
pub struct WebhookSink {
    address: SocketAddr,
    ledger: Arc<Ledger>,
    server: JoinHandle<()>,
}

/// How the sink answers one webhook.
#[derive(Debug, Clone)]
pub enum SinkAnswer {
    /// Takes it: 204.
    Take,
    /// Does not take it, and answers with this status and these headers.
    Refuse(u16, Vec<(&'static str, String)>),
    /// Waits until told, then does not take it and answers with this status.
    RefuseWhenTold(Arc<Notify>, u16),
    /// Takes it, and answers with this status all the same.
    TakeButAnswer(u16),
    /// Takes it, and never answers.
    TakeInSilence,
}

/// One webhook as it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The `webhook-id`.
    pub id: String,
    /// The `webhook-timestamp`, in seconds.
    pub timestamp: i64,
    /// The `traceparent`, when there was one.
    pub traceparent: Option<String>,
    /// The body.
    pub body: Value,
    /// Whether the sink took it.
    pub taken: bool,
}

#[derive(Debug, Default)]
struct Ledger {
    received: Mutex<Vec<Received>>,
    answers: Mutex<VecDeque<SinkAnswer>>,
}

impl WebhookSink {
    /// Starts a sink that takes everything.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn start() -> Self {
        let ledger = Arc::new(Ledger::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("failed to listen on 127.0.0.1");
        let address = listener.local_addr().expect("a listener has an address");
        let app = Router::new().fallback(receive).with_state(Arc::clone(&ledger));
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the accept loop of a listener does not end");
        });
        Self { address, ledger, server }
    }

    /// Where to post to.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }

    /// What to sign with.
    #[must_use]
    pub const fn secret(&self) -> &'static str {
        SECRET
    }

    /// Answers the next webhooks like this, in this order; those after them are taken.
    pub fn answer_next(&self, answers: impl IntoIterator<Item = SinkAnswer>) {
        lock(&self.ledger.answers).extend(answers);
    }

    /// Everything that came in, refused or taken, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.ledger.received).clone()
    }

    /// What a receiver that deduplicates acts on: of everything taken, the first of each id.
    #[must_use]
    pub fn effects(&self) -> Vec<Received> {
        let mut seen = HashSet::new();
        let mut taken = self.received();
        taken.retain(|received| received.taken && seen.insert(received.id.clone()));
        taken
    }

    /// How many webhooks were taken more than once under the same id: what would have been a second message at a
    /// receiver that does not deduplicate.
    #[must_use]
    pub fn repeats(&self) -> usize {
        self.received().iter().filter(|received| received.taken).count() - self.effects().len()
    }
}

impl Drop for WebhookSink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("no holder of the lock panics")
}

async fn receive(State(ledger): State<Arc<Ledger>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some((id, timestamp)) = verify(&headers, &body) else {
        return (StatusCode::UNAUTHORIZED, "no valid signature").into_response();
    };
    let Ok(json) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "not JSON").into_response();
    };
    let answer = lock(&ledger.answers).pop_front().unwrap_or(SinkAnswer::Take);
    let traceparent = headers.get("traceparent").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let taken = !matches!(answer, SinkAnswer::Refuse(..) | SinkAnswer::RefuseWhenTold(..));
    lock(&ledger.received).push(Received { id, timestamp, traceparent, body: json, taken });
    match answer {
        SinkAnswer::Take => StatusCode::NO_CONTENT.into_response(),
        SinkAnswer::TakeButAnswer(code) => status(code).into_response(),
        SinkAnswer::TakeInSilence => std::future::pending().await,
        SinkAnswer::RefuseWhenTold(told, code) => {
            told.notified().await;
            status(code).into_response()
        }
        SinkAnswer::Refuse(code, with) => {
            let mut response = status(code).into_response();
            for (name, value) in with {
                response.headers_mut().insert(name, value.parse().expect("a test's header is valid"));
            }
            response
        }
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).expect("a test's status is valid")
}

/// The id and the timestamp, when the signature is right. The age does not matter: tests choose the time.
fn verify(headers: &HeaderMap, body: &[u8]) -> Option<(String, i64)> {
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let id = header(HEADER_WEBHOOK_ID)?;
    let timestamp = header(HEADER_WEBHOOK_TIMESTAMP)?.parse().ok()?;
    let signer = Webhook::new(SECRET).expect("the secret is valid");
    let expected = signer.sign(id, timestamp, body).ok()?;
    (header(HEADER_WEBHOOK_SIGNATURE)? == expected).then(|| (id.to_owned(), timestamp))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Posts `body` with a signature made for `signed`, and returns the status.
    async fn post(sink: &WebhookSink, id: &str, body: &str, signed: &str) -> u16 {
        let signature = Webhook::new(SECRET).unwrap().sign(id, 7, signed.as_bytes()).unwrap();
        let request = format!(
            "POST /webhooks HTTP/1.1\r\nhost: sink\r\nconnection: close\r\ncontent-length: {}\r\nwebhook-id: {id}\r\n\
             webhook-timestamp: 7\r\nwebhook-signature: {signature}\r\n\r\n{body}",
            body.len()
        );
        let mut connection = tokio::net::TcpStream::connect(sink.address).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    #[tokio::test]
    async fn only_what_is_signed_is_received_and_a_repeat_has_no_effect() {
        let sink = WebhookSink::start().await;
        assert_eq!(post(&sink, "a", "{}", "{ }").await, 401);
        assert_eq!(post(&sink, "a", "{", "{").await, 400);
        assert_eq!(post(&sink, "a", "{\"n\":1}", "{\"n\":1}").await, 204);
        assert_eq!(post(&sink, "a", "{\"n\":2}", "{\"n\":2}").await, 204);
        assert_eq!((sink.received().len(), sink.effects().len(), sink.repeats()), (2, 1, 1));
        assert_eq!(sink.effects()[0].body["n"], 1);
    }

    #[tokio::test]
    async fn it_waits_with_its_refusal_until_told() {
        let sink = WebhookSink::start().await;
        let told = Arc::new(Notify::new());
        sink.answer_next([SinkAnswer::RefuseWhenTold(Arc::clone(&told), 422)]);
        let answer = post(&sink, "a", "{}", "{}");
        let release = async {
            crate::wait_until("it came in", std::time::Duration::from_secs(20), async || {
                (sink.received().len() == 1).then_some(())
            })
            .await;
            told.notify_one();
        };
        assert_eq!(tokio::join!(answer, release).0, 422);
        assert_eq!(sink.effects(), []);
    }

    #[tokio::test]
    async fn it_answers_as_told_and_then_takes_again() {
        let sink = WebhookSink::start().await;
        sink.answer_next([SinkAnswer::Refuse(503, Vec::new()), SinkAnswer::TakeButAnswer(500)]);
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(post(&sink, "a", "{}", "{}").await);
        }
        assert_eq!(answers, [503, 500, 204]);
        let taken: Vec<bool> = sink.received().iter().map(|received| received.taken).collect();
        assert_eq!(taken, [false, true, true]);
    }
}
