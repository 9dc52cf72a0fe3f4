//! `prospector sink`: a receiver of webhooks that checks what it gets, so that a newcomer sees messages arrive.
//!
//! It does what a message bridge must do: verify the signature, and act on each webhook id once.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use prospector_domain::source::Clock as _;
use prospector_runtime::clock::{SystemClock, secret_bytes};
use serde::Serialize;
use standardwebhooks::Webhook;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::sync::CancellationToken;

use crate::{args::SinkArgs, output};

/// Webhook ids that are remembered. A receiver that forgets the oldest after so many is still far longer-sighted than
/// any retry schedule.
const REMEMBERED_IDS: usize = 100_000;

/// One webhook as it was received.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Delivery {
    /// The `webhook-id`.
    pub(crate) id: String,
    /// True the first time this id came.
    pub(crate) first: bool,
    /// The body.
    pub(crate) body: serde_json::Value,
}

#[derive(Clone)]
struct Receiver {
    webhook: Arc<Webhook>,
    seen: Arc<Mutex<HashSet<String>>>,
    deliveries: mpsc::UnboundedSender<Delivery>,
}

/// Receives on `listener` until `stop`; each verified webhook goes to `deliveries`.
pub(crate) async fn receive(
    listener: TcpListener,
    secret: &str,
    deliveries: mpsc::UnboundedSender<Delivery>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let webhook = Webhook::new(secret).context("the sink's secret must be whsec_ and base64")?;
    let receiver = Receiver { webhook: Arc::new(webhook), seen: Arc::default(), deliveries };
    let router = Router::new().route("/", post(take)).with_state(receiver);
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
        .context("the sink stopped receiving")
}

async fn take(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    if receiver.webhook.verify(&body, &headers).is_err() {
        return (StatusCode::UNAUTHORIZED, "the signature or the timestamp is not right");
    }
    let Some(id) = headers.get("webhook-id").and_then(|id| id.to_str().ok()) else {
        return (StatusCode::BAD_REQUEST, "webhook-id is missing");
    };
    let Ok(body) = serde_json::from_slice(&body) else {
        return (StatusCode::BAD_REQUEST, "the body is not JSON");
    };
    let first = {
        let mut seen = receiver.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED_IDS {
            seen.clear();
        }
        seen.insert(id.to_owned())
    };
    // Nobody listens any more only when the sink is stopping; then the sender must try again.
    match receiver.deliveries.send(Delivery { id: id.to_owned(), first, body }) {
        Ok(()) => (StatusCode::NO_CONTENT, ""),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
    }
}

/// Runs the command until the process is told to stop.
pub(crate) async fn run(args: &SinkArgs, stop: CancellationToken) -> anyhow::Result<()> {
    let secret = match &args.secret {
        Some(secret) => secret.clone(),
        None => new_secret(),
    };
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}; choose another --listen", args.listen))?;
    announce(listener.local_addr()?, args.secret.is_none().then_some(&secret));
    let (sender, mut deliveries) = mpsc::unbounded_channel();
    let printing = tokio::spawn({
        let json = args.json;
        async move {
            while let Some(delivery) = deliveries.recv().await {
                print(&delivery, json);
            }
        }
    });
    receive(listener, &secret, sender, stop).await?;
    printing.await.context("printing stopped")
}

/// A new secret of 32 random bytes, as Standard Webhooks writes it.
pub(crate) fn new_secret() -> String {
    format!("whsec_{}", STANDARD.encode(secret_bytes::<32>()))
}

fn announce(address: SocketAddr, new_secret: Option<&String>) {
    output::note(&format!("receiving on http://{address}/"));
    if let Some(secret) = new_secret {
        output::note("put this into prospector.toml, then start prospector:");
        output::note(&format!(
            "\n[sinks.local]\nurl = \"http://{address}/\"\nsecret = \"{secret}\"\ndeduplicates = true\n\
             allow_private_address = true\n\n[dispatch]\ndefault_sink = \"local\"\n"
        ));
    }
}

fn print(delivery: &Delivery, json: bool) {
    if json {
        output::line(&serde_json::to_string(delivery).expect("a delivery is plain text and JSON"));
        return;
    }
    let at = SystemClock.now();
    let text = |name: &str| delivery.body[name].as_str().unwrap_or("-").to_owned();
    let repeated = if delivery.first { "" } else { "  (repeated: ignored)" };
    output::line(&format!(
        "{at}  {}  {} {}{repeated}\n    {}",
        delivery.id,
        text("channel"),
        text("contact"),
        text("text")
    ));
}
