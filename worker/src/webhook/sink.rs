//! One receiver of webhooks, and one attempt to deliver to it.

use std::time::Duration;

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONTENT_TYPE, USER_AGENT},
};
use prospector_domain::time::{SECOND_MS, UnixMs};
use prospector_runtime::{config::SinkSettings, telemetry};
use reqwest::{Client, Response, redirect, retry};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
use tracing::Instrument as _;
use url::Url;

use super::{
    address::{PrivateAddress, PublicAddresses},
    answer::Delivery,
};

/// A connection that takes longer than this is not coming about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of an answer's body is read: enough to use the connection again, too little to keep us busy.
const ANSWER_MAX_BYTES: usize = 16 * 1024;
/// How long reading it may take; the message has been delivered or refused by then.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);
const SENDER: &str = concat!("prospector/", env!("CARGO_PKG_VERSION"));
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// A receiver of webhooks, ready to be delivered to.
pub(crate) struct Sink {
    pub(crate) name: String,
    /// True when it takes each webhook id once, whatever happens.
    pub(crate) deduplicates: bool,
    url: Url,
    signer: Webhook,
    client: Client,
    timeout: Duration,
    allow_private_address: bool,
}

/// A sink that cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
#[error("sinks.{name} {reason}")]
pub struct InvalidSink {
    name: String,
    reason: String,
}

/// One webhook.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// The `webhook-id`: the same for every attempt.
    pub(crate) id: String,
    /// The body, as JSON.
    pub(crate) body: String,
    /// W3C trace context of what caused it.
    pub(crate) traceparent: Option<String>,
}

impl Sink {
    /// Makes a sink ready. An attempt takes at most `longest`, however long the sink itself would be given.
    pub(crate) fn new(name: &str, settings: &SinkSettings, longest: Duration) -> Result<Self, InvalidSink> {
        let invalid = |reason: String| InvalidSink { name: name.to_owned(), reason };
        let url: Url = settings
            .url
            .expose()
            .parse()
            .map_err(|error| invalid(format!("has a URL that cannot be read: {error}")))?;
        let signer = Webhook::new(settings.secret.expose())
            .map_err(|_| invalid("has a secret that is not whsec_ and base64".to_owned()))?;
        let timeout = settings.timeout().min(longest);
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            // A proxy would resolve the name itself, past the check of its address.
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT.min(timeout / 2))
            .timeout(timeout);
        if !settings.allow_private_address {
            client = client.dns_resolver(PublicAddresses);
        }
        if !settings.deduplicates {
            // A kept connection may be closed by the receiver just as we write; whether the message arrived would then
            // be unknown, and it could not be sent again.
            client = client.pool_max_idle_per_host(0);
        }
        let client = client
            .build()
            .map_err(|error| invalid(format!("cannot be connected to: {}", error.without_url())))?;
        Ok(Self {
            name: name.to_owned(),
            deduplicates: settings.deduplicates,
            url,
            signer,
            client,
            timeout,
            allow_private_address: settings.allow_private_address,
        })
    }

    /// Delivers once. The signature carries `now`, so that a receiver can refuse what is old.
    pub(crate) async fn deliver(&self, parcel: &Parcel, now: UnixMs) -> Delivery {
        if !self.allow_private_address
            && let Err(private) = PrivateAddress::check_literal(&self.url)
        {
            return Delivery::of_private_address(&private);
        }
        let span = tracing::info_span!(
            "webhook.deliver",
            otel.name = format!("webhook {}", self.name),
            otel.kind = "client",
            sink.name = self.name,
            webhook.id = parcel.id,
            server.address = self.url.host_str(),
            server.port = self.url.port_or_known_default(),
            http.request.method = "POST",
            http.response.status_code = tracing::field::Empty,
        );
        let mut headers = self.headers(parcel, now);
        if let Some(Ok(ours)) = telemetry::traceparent_of(&span).map(HeaderValue::try_from) {
            headers.insert(TRACEPARENT, ours);
        }
        let request = self.client.post(self.url.clone()).headers(headers).body(parcel.body.clone());
        match request.send().instrument(span.clone()).await {
            Ok(response) => {
                span.record("http.response.status_code", response.status().as_u16());
                let delivery = Delivery::of_answer(response.status(), response.headers(), now);
                // Whatever comes of this, the status has said it all.
                let _ = tokio::time::timeout(ANSWER_TIMEOUT.min(self.timeout), read_some(response)).await;
                delivery
            }
            Err(error) => Delivery::of_failure(&error),
        }
    }

    fn headers(&self, parcel: &Parcel, now: UnixMs) -> HeaderMap {
        let timestamp = now.0.div_euclid(SECOND_MS);
        let signature = self
            .signer
            .sign(&parcel.id, timestamp, parcel.body.as_bytes())
            .expect("signing fails only for a body that is not UTF-8");
        let value =
            |text: &str| HeaderValue::from_str(text).expect("ids, numbers and base64 are visible ASCII");
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(SENDER));
        headers.insert(HEADER_WEBHOOK_ID, value(&parcel.id));
        headers.insert(HEADER_WEBHOOK_TIMESTAMP, value(&timestamp.to_string()));
        headers.insert(HEADER_WEBHOOK_SIGNATURE, value(&signature));
        // It came with a request from outside and may be anything.
        if let Some(Ok(traceparent)) = parcel.traceparent.as_deref().map(HeaderValue::from_str) {
            headers.insert(TRACEPARENT, traceparent);
        }
        headers
    }
}

async fn read_some(mut response: Response) {
    let mut left = ANSWER_MAX_BYTES;
    while let Ok(Some(chunk)) = response.chunk().await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use prospector_domain::job::ErrorClass;
    use prospector_runtime::config::{RedactedUrl, Secret};
    use prospector_testkit::{SinkAnswer, WebhookSink, free_port};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;
    use crate::webhook::Note;

    const NOW: UnixMs = UnixMs(1_772_366_400_999);
    const SECRET: &str = "whsec_dGVzdGtpdC1zaW5rLXNlY3JldC0wMTIzNDU2Nzg5YWI=";

    fn settings(url: &str) -> SinkSettings {
        SinkSettings {
            url: RedactedUrl::new(url),
            secret: Secret::new(SECRET),
            deduplicates: false,
            allow_private_address: true,
            timeout_ms: 10_000,
        }
    }

    fn sink(settings: &SinkSettings) -> Sink {
        Sink::new("bridge", settings, Duration::from_secs(10)).unwrap()
    }

    fn parcel() -> Parcel {
        Parcel {
            id: "01920000-0000-7000-8000-00000000002a".to_owned(),
            body: "{\"text\":\"Schöne Grüße\"}".to_owned(),
            traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
        }
    }

    async fn deliver(settings: &SinkSettings) -> Delivery {
        sink(settings).deliver(&parcel(), NOW).await
    }

    /// Accepts one connection and does with it as told.
    async fn listen<F>(act: impl FnOnce(tokio::net::TcpStream) -> F + Send + 'static) -> SinkSettings
    where
        F: Future<Output = ()> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (connection, _) = listener.accept().await.unwrap();
            act(connection).await;
        });
        settings(&url)
    }

    #[tokio::test]
    async fn a_webhook_is_signed_and_its_repeat_carries_the_same_id() {
        let receiver = WebhookSink::start().await;
        let sink = sink(&settings(&receiver.url()));
        for now in [NOW, NOW.plus_ms(5_000)] {
            let delivery = sink.deliver(&parcel(), now).await;
            assert_eq!(delivery, Delivery::Delivered(Note { status: Some(204), why: String::new() }));
        }
        let received = receiver.received();
        assert_eq!((received.len(), receiver.effects().len()), (2, 1));
        assert_eq!((received[0].timestamp, received[1].timestamp), (1_772_366_400, 1_772_366_405));
        assert_eq!(received[0].traceparent, parcel().traceparent);
        assert_eq!(received[0].body["text"], "Schöne Grüße");
    }

    #[tokio::test]
    async fn a_sink_that_is_not_there_has_certainly_not_got_it() {
        let refused = deliver(&settings(&format!("http://127.0.0.1:{}/", free_port()))).await;
        assert!(matches!(refused, Delivery::Deferred { class: ErrorClass::Transient, .. }), "{refused:?}");
        let nowhere = deliver(&settings("http://nowhere.invalid/")).await;
        assert!(matches!(nowhere, Delivery::Deferred { .. }), "{nowhere:?}");
    }

    #[tokio::test]
    async fn a_failed_handshake_has_certainly_not_delivered_it() {
        let mut plain = listen(|mut connection| async move {
            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        })
        .await;
        plain.url = RedactedUrl::new(plain.url.expose().replace("http:", "https:"));
        let delivery = deliver(&plain).await;
        assert!(matches!(delivery, Delivery::Deferred { .. }), "{delivery:?}");
    }

    #[tokio::test]
    async fn silence_and_a_connection_that_breaks_leave_open_whether_it_arrived() {
        let receiver = WebhookSink::start().await;
        receiver.answer_next([SinkAnswer::TakeInSilence]);
        let silent = deliver(&SinkSettings { timeout_ms: 200, ..settings(&receiver.url()) }).await;
        assert_eq!(
            silent,
            Delivery::Unknown(Note { status: None, why: "the sink did not answer in time".to_owned() })
        );
        assert_eq!(receiver.effects().len(), 1);

        let breaking = listen(|mut connection| async move {
            let mut some = [0; 64];
            let _ = connection.read(&mut some).await;
        })
        .await;
        let broken = deliver(&breaking).await;
        assert!(matches!(broken, Delivery::Unknown(_)), "{broken:?}");
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let elsewhere = WebhookSink::start().await;
        let receiver = WebhookSink::start().await;
        receiver.answer_next([SinkAnswer::Refuse(307, vec![("location", elsewhere.url())])]);
        let delivery = deliver(&settings(&receiver.url())).await;
        assert!(matches!(delivery, Delivery::Rejected { gone: false, .. }), "{delivery:?}");
        assert_eq!(elsewhere.received(), []);
    }

    #[tokio::test]
    async fn a_private_address_is_refused_before_anything_is_sent() {
        let receiver = WebhookSink::start().await;
        for url in [receiver.url(), receiver.url().replace("127.0.0.1", "localhost")] {
            let guarded = SinkSettings { allow_private_address: false, ..settings(&url) };
            let Delivery::Rejected { gone: false, note } = deliver(&guarded).await else {
                panic!("{url} was not refused");
            };
            assert!(note.why.contains("is a loopback address"), "{}", note.why);
        }
        assert_eq!(receiver.received(), []);
    }

    #[tokio::test]
    async fn an_answer_without_end_does_not_keep_us() {
        let endless = listen(|mut connection| async move {
            let mut some = [0; 64];
            let _ = connection.read(&mut some).await;
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
            let _ = connection.write_all(head).await;
            while connection.write_all(&[b'x'; 4_096]).await.is_ok() {}
        })
        .await;
        let delivery = tokio::time::timeout(Duration::from_secs(9), deliver(&endless)).await.unwrap();
        assert!(matches!(delivery, Delivery::Delivered(_)), "{delivery:?}");
    }

    #[test]
    fn a_sink_that_cannot_work_is_named() {
        let bad = SinkSettings { secret: Secret::new("whsec_?"), ..settings("http://bridge.example/") };
        let Err(error) = Sink::new("bridge", &bad, Duration::from_secs(10)) else {
            panic!("it was accepted")
        };
        assert_eq!(error.to_string(), "sinks.bridge has a secret that is not whsec_ and base64");
    }
}
