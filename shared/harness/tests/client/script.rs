//! A server that says what a test wrote down, byte for byte, and then stops in a chosen way.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use ai_harness::{
    Secret,
    client::{ChatMessage, ChatRequest, ClientOptions, Endpoint, InferenceClient, Role},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// For what must come about on a loaded machine.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Pause between the drops of [`Ending::Drip`].
const DRIP_EVERY: Duration = Duration::from_millis(5);

/// What a server does after its last byte.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    /// Closes the connection properly.
    Close,
    /// Says nothing for ever.
    Silence,
    /// Repeats this for ever, with short pauses.
    Drip(&'static str),
    /// Resets the connection.
    Reset,
}

/// One answer of a server, to any request whose path begins with `path`.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) path: &'static str,
    pub(crate) bytes: String,
    pub(crate) ending: Ending,
}

/// A request as it arrived.
#[derive(Debug)]
pub(crate) struct Heard {
    /// Request line and headers, in small letters.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// The server. It ends with the test's runtime.
pub(crate) struct ScriptedServer {
    address: SocketAddr,
    /// Requests heard.
    pub(crate) heard: mpsc::UnboundedReceiver<Heard>,
    /// One message for each connection that the client has closed while the server was silent.
    pub(crate) hung_up: mpsc::UnboundedReceiver<()>,
}

impl ScriptedServer {
    pub(crate) async fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (hear, heard) = mpsc::unbounded_channel();
        let (hang_up, hung_up) = mpsc::unbounded_channel();
        let scripts = Arc::new(scripts);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (scripts, hear, hang_up) = (Arc::clone(&scripts), hear.clone(), hang_up.clone());
                tokio::spawn(async move {
                    if play(stream, &scripts, &hear).await.is_some() {
                        let _ = hang_up.send(());
                    }
                });
            }
        });
        Self { address, heard, hung_up }
    }

    /// A server whose completions are these bytes.
    pub(crate) async fn completing(bytes: impl Into<String>, ending: Ending) -> Self {
        Self::start(vec![Script { path: "/", bytes: bytes.into(), ending }]).await
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        endpoint_at(self.address)
    }
}

pub(crate) fn endpoint_at(address: SocketAddr) -> Endpoint {
    Endpoint {
        base_url: format!("http://{address}").parse().unwrap(),
        api_key: Some(Secret::new("sesame")),
        model: "drafter".to_owned(),
    }
}

pub(crate) fn client(options: ClientOptions) -> InferenceClient {
    InferenceClient::new(options.http_client().unwrap(), options)
}

pub(crate) fn patient() -> ClientOptions {
    ClientOptions {
        first_token_timeout: LONG,
        idle_timeout: LONG,
        total_timeout: LONG,
        probe_timeout: LONG,
        ..ClientOptions::default()
    }
}

/// A request whose text no error may repeat.
pub(crate) fn request() -> ChatRequest {
    ChatRequest {
        messages: vec![ChatMessage { role: Role::User, content: "I am Quinn-4711".to_owned() }],
        max_tokens: 8,
        temperature: 0.0,
        seed: Some(1),
        stop: Vec::new(),
        json_schema: None,
        priority: Some(-1),
        request_id: Some("job-7".to_owned()),
    }
}

/// A whole answer with a status and a body of JSON.
pub(crate) fn json(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The beginning of a stream with these events, and none of its ending.
pub(crate) fn stream(events: &[&str]) -> String {
    let mut bytes =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    for event in events {
        bytes.push_str(&chunk(&format!("data: {event}\n\n")));
    }
    bytes
}

/// A whole stream with these events.
pub(crate) fn whole_stream(events: &[&str]) -> String {
    stream(events) + "0\r\n\r\n"
}

pub(crate) fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// Returns something when the client hung up on a silent server.
async fn play(mut stream: TcpStream, scripts: &[Script], hear: &mpsc::UnboundedSender<Heard>) -> Option<()> {
    let heard = read_request(&mut stream).await?;
    let path = heard.head.split(' ').nth(1)?.to_owned();
    let script = scripts.iter().find(|script| path.starts_with(script.path));
    let _ = hear.send(heard);
    let Some(script) = script else {
        stream.write_all(json("404 Not Found", "{}").as_bytes()).await.ok()?;
        return None;
    };
    stream.write_all(script.bytes.as_bytes()).await.ok()?;
    match script.ending {
        Ending::Drip(event) => {
            let drop = chunk(&format!("data: {event}\n\n"));
            let mut pauses = tokio::time::interval(DRIP_EVERY);
            while stream.write_all(drop.as_bytes()).await.is_ok() {
                pauses.tick().await;
            }
        }
        Ending::Close => stream.shutdown().await.ok()?,
        Ending::Reset => stream.set_zero_linger().ok()?,
        Ending::Silence => {
            while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
            return Some(());
        }
    }
    None
}

async fn read_request(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(Heard { head, body: body.to_owned() });
            }
        }
        let mut more = [0; 4096];
        let count = stream.read(&mut more).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&more[..count]);
    }
}
