//! Rubbish and leftovers in Redis.

use prospector_domain::job::JobKind;
use prospector_testkit::{RedisServer, wait_until};

use crate::rig::{KIND, LONG, Seen, connect, consume, jobs};

fn number(redis: &RedisServer, words: &[&str]) -> u64 {
    redis.command(words).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_no_id_is_dropped() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    for (id, payload) in [("9001", "null"), ("9002", "{\"id\":1}"), ("9003", ""), ("9004", "\u{fffd}")] {
        let _ = redis.command(&["HSET", "prospector:probe:data", id, payload]);
        let meta = format!("prospector:probe:meta:{id}");
        let _ = redis.command(&["HSET", &meta, "attempts", "0", "max_attempts", "1", "status", "Pending"]);
        let _ = redis.command(&["RPUSH", "prospector:probe:active", id]);
    }
    let (seen, pushed) = (Seen::open(), jobs(5));
    queue.push(KIND, &pushed).await.unwrap();
    let consumer = seen.consume(&queue, 2);
    seen.wait_for(&pushed).await;
    consumer.stop().await;
    assert_eq!(seen.count(), 5);
    assert_eq!(number(&redis, &["SCARD", "prospector:probe:done"]), 9, "the four were acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_no_fetch_can_read_do_not_stop_the_others() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    let (seen, first, second) = (Seen::open(), jobs(3), jobs(3));
    queue.push(KIND, &first).await.unwrap();
    let rubbish = [
        ("no data and no metadata", "77", None),
        ("an id of no number", "not-a-number", None),
        ("no id at all", "", None),
        ("unreadable metadata", "78", Some(["attempts", "many", "status", "Unheard-of"])),
    ];
    for (_, id, meta) in &rubbish {
        if let Some(meta) = meta {
            let _ = redis.command(&["HSET", "prospector:probe:data", id, "rubbish"]);
            let key = format!("prospector:probe:meta:{id}");
            let _ = redis.command(&[&["HSET", &key][..], meta].concat());
        }
        let _ = redis.command(&["RPUSH", "prospector:probe:active", id]);
    }
    queue.push(KIND, &second).await.unwrap();

    let consumer = seen.consume(&queue, 16);
    seen.wait_for(&[first, second].concat()).await;
    let later = jobs(3);
    queue.push(KIND, &later).await.unwrap();
    seen.wait_for(&later).await;
    consumer.stop().await;
    assert_eq!(queue.outstanding(KIND).await.unwrap(), 0);
    assert_eq!(redis.command(&["KEYS", "prospector:probe:inflight:*"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn trimming_leaves_no_trace_of_finished_hints_and_a_working_queue() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    let seen = Seen::open();
    let consumer = seen.consume(&queue, 32);
    let panicking = consume(&queue, JobKind::Draft, 2, async |_| panic!("on purpose"));
    queue.push(JobKind::Draft, &jobs(7)).await.unwrap();
    for _ in 0..3 {
        let pushed = jobs(1_200);
        queue.push(KIND, &pushed).await.unwrap();
        seen.wait_for(&pushed).await;
        // Beside the running worker; some hints may not be acknowledged yet.
        queue.trim().await.unwrap();
    }
    wait_until("all is acknowledged and trimmed", LONG, async || {
        queue.trim().await.unwrap();
        let left = number(&redis, &["HLEN", "prospector:probe:data"])
            + number(&redis, &["HLEN", "prospector:draft:data"]);
        (left == 0).then_some(())
    })
    .await;
    consumer.stop().await;
    panicking.stop().await;
    let mut left: Vec<String> = redis.command(&["KEYS", "*"]).lines().map(str::to_owned).collect();
    left.sort();
    assert_eq!(left, ["core:apalis:queues:list", "prospector:draft:counter", "prospector:probe:counter"]);

    let (after, consumer) = (jobs(10), seen.consume(&queue, 4));
    queue.push(KIND, &after).await.unwrap();
    seen.wait_for(&after).await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trimming_puts_back_what_a_vanished_worker_held_and_spares_the_living() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    let (lost, held) = (jobs(3), jobs(2));
    queue.push(KIND, &lost).await.unwrap();
    // A worker that fetched them and was killed ten minutes ago.
    for id in redis.command(&["LRANGE", "prospector:probe:active", "0", "-1"]).lines() {
        let _ = redis.command(&["SADD", "prospector:probe:inflight:gone", id]);
    }
    let _ = redis.command(&["DEL", "prospector:probe:active"]);
    let ago = number(&redis, &["EVAL", "return redis.call('time')[1] - 600", "0"]).to_string();
    let _ = redis.command(&["ZADD", "prospector:probe:workers", &ago, "gone"]);
    let _ = redis.command(&["HSET", "prospector:probe:workers:metadata:gone", "service", "x"]);
    assert_eq!(queue.outstanding(KIND).await.unwrap(), 0);

    let living = Seen::closed();
    let consumer = living.consume(&queue, 2);
    queue.push(KIND, &held).await.unwrap();
    living.wait_running(2).await;
    queue.trim().await.unwrap();
    assert_eq!(redis.command(&["KEYS", "*gone*"]), "");
    assert_eq!(
        number(&redis, &["ZCARD", "prospector:probe:workers"]),
        1,
        "the living one stays on the books"
    );
    living.let_through(100);
    living.wait_for(&lost).await;
    assert!(held.iter().all(|&id| living.times(id) == 1), "what the living one held was left alone");
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_consumer_leaves_nothing_on_the_books() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    for _ in 0..3 {
        let (seen, pushed) = (Seen::open(), jobs(30));
        let consumer = seen.consume(&queue, 4);
        queue.push(KIND, &pushed).await.unwrap();
        seen.wait_for(&pushed).await;
        consumer.stop().await;
    }
    assert_eq!(redis.command(&["KEYS", "prospector:probe:workers*"]), "");
    assert_eq!(redis.command(&["KEYS", "prospector:probe:inflight*"]), "");
    assert_eq!(number(&redis, &["SCARD", "prospector:probe:done"]), 90, "every one was acknowledged");
}
