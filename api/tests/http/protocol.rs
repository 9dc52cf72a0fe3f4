//! What holds for every request, whatever it asks for.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    app::{App, DEADLINE},
    inbound::message,
};

#[tokio::test]
async fn what_is_not_there_and_what_is_not_allowed_are_problems() {
    let app = App::start().await;
    insta::assert_json_snapshot!(app.anonymous("GET", "/v2/nothing").send().await.problem(404, "no_route"));
    let wrong = app.enqueue("DELETE", "/v1/inbound").send().await;
    insta::assert_json_snapshot!(wrong.problem(405, "method_not_allowed"));
    assert_eq!(wrong.header("allow"), Some("POST"));
    app.anonymous("GET", "/v1/inbound/").send().await.problem(404, "no_route");
}

#[tokio::test]
async fn a_request_keeps_its_id() {
    let app = App::start().await;
    let answer = app.read("/v1/queues").header("x-request-id", "req-7").send().await;
    assert_eq!(answer.header("x-request-id"), Some("req-7"));
    let given = app.read("/v1/queues").send().await;
    assert_eq!(given.header("x-request-id").unwrap().len(), 36);
    let odd = app.anonymous("GET", "/nowhere").header("x-request-id", "two words").send().await;
    assert_eq!(odd.header("x-request-id").unwrap().len(), 36, "an id that cannot be logged is replaced");
    assert_eq!(given.header("cache-control"), Some("no-store"));
    assert_eq!(given.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn lists_lead_from_page_to_page() {
    let app = App::start().await;
    for number in 0..5 {
        let mut body = message(&format!("m{number}"), "Hello");
        body["thread"] = json!(format!("t{number}"));
        app.enqueue("POST", "/v1/inbound").json(&body).send().await.expect(202);
        app.clock.advance_ms(10);
    }
    let mut seen = Vec::new();
    let mut path = "/v1/threads?limit=2".to_owned();
    loop {
        let page = app.read(&path).send().await.expect(200);
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|thread| thread["external_id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/threads?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["t4", "t3", "t2", "t1", "t0"]);
}

#[tokio::test]
async fn connections_are_reused_and_rubbish_is_refused() {
    let app = App::start().await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let mut answers = String::new();
    let request = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    let last = "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(format!("{request}{last}").as_bytes()).await.unwrap();
    tokio::time::timeout(DEADLINE, stream.read_to_string(&mut answers)).await.unwrap().unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(b"\x16\x03\x01 no http\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(DEADLINE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_stop_lets_running_connections_finish() {
    let app = App::start().await;
    let address = app.address;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut begun = [0; 12];
    tokio::time::timeout(DEADLINE, idle.read_exact(&mut begun)).await.unwrap().unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
    // An idle connection must not hold the stop up.
    app.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}
