//! The pool: how much it gives to a server, and what it does without one.

use std::time::Duration;

use ai_harness::{
    client::{ChatRequest, FailureKind, Model},
    pool::{EndpointPool, LimitOptions, PoolOptions, QuarantineOptions},
};
use prospector_testkit::{ModelServer, wait_until};
use serde_json::json;
use uuid::Uuid;

use crate::{LONG, client, endpoint, long_request, options, request};

const ID: Uuid = Uuid::from_u128(7);
const OFTEN: Duration = Duration::from_millis(20);

fn pool(server: &ModelServer) -> EndpointPool {
    let quarantine = QuarantineOptions { first_ms: 1, longest_ms: 50 };
    let limit = LimitOptions { start: 6, ..LimitOptions::default() };
    let pool = EndpointPool::new(client(), PoolOptions { limit, quarantine, acquire_timeout: LONG });
    pool.set(vec![(ID, endpoint(server))]);
    pool
}

#[tokio::test]
async fn model_server_is_given_what_it_can_work_on_and_no_queue() {
    let server = ModelServer::start(options());
    let pool = pool(&server);
    let calls = futures::future::join_all((0..6).map(|_| {
        let pool = pool.clone();
        async move { pool.complete(&long_request()).await }
    }));
    let settled = wait_until("the limit is what the server runs at a time", LONG, async || {
        let statuses = pool.statuses();
        (statuses[0].limit == 2).then_some(())
    });
    tokio::select! {
        () = pool.look_after(OFTEN) => unreachable!("it has no end"),
        _ = calls => panic!("the calls ended before the queue was seen"),
        () = settled => {}
    }
    assert_eq!(pool.statuses()[0].in_flight, 0, "the calls were given up, and so was their room");
}

#[tokio::test]
async fn model_server_that_vanished_is_left_alone_and_found_again() {
    let mut server = ModelServer::start(options());
    let pool = pool(&server);
    let call = {
        let pool = pool.clone();
        tokio::spawn(async move { pool.complete(&long_request()).await })
    };
    wait_until("the call is under way", LONG, async || {
        (client().load(&endpoint(&server)).await?.running == 1).then_some(())
    })
    .await;
    server.kill9();
    let failure = call.await.unwrap().unwrap_err();
    assert_eq!((failure.kind, failure.endpoint), (FailureKind::Vanished, Some(ID)));
    assert!(failure.kind.costs_no_attempt() && !pool.is_ready());

    pool.revive().await;
    assert!(!pool.is_ready());
    server.restart();
    let answered = async {
        let asked = ChatRequest {
            json_schema: Some(("answer".to_owned(), json!({"enum": ["yes", "no"]}))),
            ..request("Is the sky blue? Answer yes or no.", 12)
        };
        assert_eq!(pool.complete(&asked).await.unwrap().endpoint, Some(ID));
    };
    tokio::select! {
        () = pool.look_after(OFTEN) => unreachable!("it has no end"),
        () = answered => {}
    }
}
