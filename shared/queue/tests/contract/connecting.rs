//! Connecting, and what goes wrong with it.

use std::time::Duration;

use prospector_queue::{Queue, QueueError, QueueOptions, QueueUrl};
use prospector_testkit::{RedisServer, free_port};

use crate::rig::{KIND, jobs, options};

async fn refused(url: &str) -> QueueError {
    let options = QueueOptions { response_timeout: Duration::from_millis(500), ..options() };
    Queue::connect(&url.parse().unwrap(), options).await.unwrap_err()
}

#[tokio::test]
async fn an_unreachable_redis_is_reported_quickly() {
    let port = free_port();
    let error =
        tokio::time::timeout(Duration::from_secs(5), refused(&format!("redis://:s3cret@127.0.0.1:{port}")))
            .await
            .unwrap();
    assert!(error.is_unavailable());
    assert_eq!(error.to_string(), format!("redis at 127.0.0.1:{port} is unavailable"));
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_redis_that_does_not_answer_is_reported_within_the_bound() {
    let redis = RedisServer::start();
    redis.pause();
    let options = QueueOptions { response_timeout: Duration::from_millis(200), ..options() };
    let url = redis.url().parse().unwrap();
    let connecting = Queue::connect(&url, options);
    let error = tokio::time::timeout(Duration::from_secs(5), connecting).await.unwrap().unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    redis.resume();
}

#[tokio::test]
async fn a_wrong_password_is_invalid_and_not_shown() {
    let redis = RedisServer::start_with(&["--requirepass", "right"]);
    for user in ["", ":wr0ng@", "quinn:wr0ng@"] {
        let error = refused(&format!("redis://{user}127.0.0.1:{}", redis.port())).await;
        let QueueError::Invalid { what, reason } = &error else { panic!("{user}: {error:?}") };
        assert_eq!(what, &format!("redis at 127.0.0.1:{}", redis.port()));
        assert!(reason.contains("user name or password"), "{user}: {reason}");
        assert!(!format!("{error:?} {error}").contains("wr0ng"));
    }
    let right = format!("redis://:right@127.0.0.1:{}/3", redis.port()).parse().unwrap();
    let queue = Queue::connect(&right, options()).await.unwrap();
    assert!(!format!("{queue:?}").contains("right@"));
    queue.push(KIND, &jobs(1)).await.unwrap();
}

#[tokio::test]
async fn a_cluster_is_refused() {
    let redis = RedisServer::start_with(&["--cluster-enabled", "yes"]);
    let error = refused(&redis.url()).await;
    assert!(matches!(error, QueueError::Invalid { .. }), "{error:?}");
    assert!(error.to_string().ends_with("is a Redis Cluster; use a single Redis, or one behind Sentinel"));
}

#[tokio::test]
async fn tls_to_a_server_without_it_is_an_error_and_no_panic() {
    let redis = RedisServer::start();
    let error = refused(&format!("rediss://127.0.0.1:{}", redis.port())).await;
    assert!(error.is_unavailable(), "{error:?}");
}

#[tokio::test]
async fn bad_options_are_refused() {
    let url = QueueUrl::memory();
    for (options, said) in [
        (
            QueueOptions { namespace: "Guest House".to_owned(), ..options() },
            "queue namespace must be 1 to 64 of a-z, 0-9, - and _, got \"Guest House\"",
        ),
        (
            QueueOptions { max_outstanding: 2_001, ..options() },
            "queue max outstanding must be 1 to 2000, got 2001",
        ),
        (QueueOptions { max_outstanding: 0, ..options() }, "queue max outstanding must be 1 to 2000, got 0"),
        (
            QueueOptions { response_timeout: Duration::ZERO, ..options() },
            "queue response timeout must be more than zero",
        ),
    ] {
        assert_eq!(Queue::connect(&url, options).await.unwrap_err().to_string(), said);
    }
}

#[tokio::test]
async fn namespaces_keep_installations_apart() {
    let redis = RedisServer::start();
    let url = redis.url().parse().unwrap();
    let one = Queue::connect(&url, options()).await.unwrap();
    let two =
        Queue::connect(&url, QueueOptions { namespace: "other".to_owned(), ..options() }).await.unwrap();
    one.push(KIND, &jobs(3)).await.unwrap();
    assert_eq!(one.outstanding(KIND).await.unwrap(), 3);
    assert_eq!(two.outstanding(KIND).await.unwrap(), 0);
}
