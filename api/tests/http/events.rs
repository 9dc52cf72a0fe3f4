//! The trail as it grows.

use http_body_util::BodyExt as _;
use hyper::{Response, body::Incoming};
use serde_json::{Value, json};

use crate::app::{App, DEADLINE};

/// A stream of server-sent events, read event by event.
struct Stream {
    response: Response<Incoming>,
    text: String,
}

#[derive(Debug, PartialEq)]
struct Event {
    id: i64,
    kind: String,
    data: Value,
}

impl Stream {
    async fn open(app: &App, path: &str, last: Option<i64>) -> Self {
        let mut request = app.read(path);
        if let Some(last) = last {
            request = request.header("last-event-id", &last.to_string());
        }
        let response = request.open().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = Self { response, text: String::new() };
        // The line stands once the first comment has come; what happens from here on must show.
        let hello = stream.block().await.unwrap();
        assert!(hello.contains(": following") && hello.contains("retry: 1000"), "{hello:?}");
        stream
    }

    /// The next block of lines; none when the stream has ended.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let frame =
                tokio::time::timeout(DEADLINE, self.response.frame()).await.expect("an event in time")?;
            let data = frame.unwrap().into_data().unwrap();
            self.text.push_str(str::from_utf8(&data).unwrap());
        }
    }

    async fn event(&mut self) -> Event {
        let block = self.block().await.expect("one more event");
        let field = |name: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no {name} in {block:?}")).trim().to_owned()
        };
        Event {
            id: field("id:").parse().unwrap(),
            kind: field("event:"),
            data: serde_json::from_str(&field("data:")).unwrap(),
        }
    }
}

#[tokio::test]
async fn what_happens_shows_as_it_happens() {
    let app = App::start().await;
    app.hand_in("before", "Hello").await;
    let mut stream = Stream::open(&app, "/v1/events", None).await;
    let handed = app.hand_in("m1", "Is a room free?").await;
    // The message before is superseded by the new one of its thread.
    let superseded = stream.event().await;
    assert_eq!(superseded.kind, "candidate.superseded");
    let accepted = stream.event().await;
    assert_eq!(accepted.kind, "inbound.accepted");
    assert_eq!(accepted.data["seq"], accepted.id);
    assert_eq!(accepted.data["candidate_id"], handed.candidate);
    assert!(accepted.id > superseded.id);
    let text = accepted.data.to_string();
    assert!(!text.contains("room free") && !text.contains("15550100"), "no text and no contact: {text}");
}

#[tokio::test]
async fn a_follower_comes_back_where_it_left_off() {
    let app = App::start().await;
    for number in 0..5 {
        app.hand_in(&format!("m{number}"), "Hello").await;
    }
    let mut first = Stream::open(&app, "/v1/events?after=0", None).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(first.event().await.id);
    }
    drop(first);
    app.hand_in("later", "Hello").await;
    // The header goes before the parameter, as a browser that reconnects sends both.
    let mut second = Stream::open(&app, "/v1/events?after=0", seen.last().copied()).await;
    let last = app.store.last_event_seq().await.unwrap();
    while seen.last() != Some(&last) {
        seen.push(second.event().await.id);
    }
    let expected: Vec<i64> = (1..=last).collect();
    assert_eq!(seen, expected, "every event once, in order");
}

#[tokio::test]
async fn a_follower_of_one_thread_sees_nothing_else() {
    let app = App::start().await;
    let other = json!({"id": "o1", "thread": "other", "contact": "c", "channel": "sms", "text": "Hello"});
    let handed = app.hand_in("m1", "Hello").await;
    let path = format!("/v1/events?after=0&thread={}", handed.thread);
    let mut stream = Stream::open(&app, &path, None).await;
    assert_eq!(stream.event().await.data["thread_id"], handed.thread);
    app.enqueue("POST", "/v1/inbound").json(&other).send().await.expect(202);
    app.operate("POST", &format!("/v1/threads/{}/takeover", handed.thread)).send().await.expect(200);
    assert_eq!(stream.event().await.kind, "candidate.held");
    assert_eq!(stream.event().await.kind, "thread.taken_over");
}

#[tokio::test]
async fn a_stop_ends_streams() {
    let app = App::start().await;
    let mut stream = Stream::open(&app, "/v1/events", None).await;
    app.stop().await;
    assert_eq!(stream.block().await, None);
}
