//! What can happen to Redis and the connection to it. Hints may be lost then; consumption never stops for good.

use std::time::Duration;

use prospector_queue::{Queue, QueueOptions};
use prospector_testkit::{RedisServer, TcpProxy, wait_until};

use crate::rig::{KIND, LONG, Seen, connect, jobs, options, push_when_possible};

#[tokio::test(flavor = "multi_thread")]
async fn a_flush_while_running_loses_hints_and_nothing_else() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    let seen = Seen::closed();
    let consumer = seen.consume(&queue, 4);
    queue.push(KIND, &jobs(30)).await.unwrap();
    seen.wait_running(4).await;

    redis.flushall();
    let later = jobs(30);
    queue.push(KIND, &later).await.unwrap();
    seen.let_through(1_000);
    seen.wait_for(&later).await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_consumer_survives_a_flush() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    let (seen, before) = (Seen::open(), jobs(1));
    let consumer = seen.consume(&queue, 4);
    queue.push(KIND, &before).await.unwrap();
    seen.wait_for(&before).await;
    for _ in 0..3 {
        redis.flushall();
        let after = jobs(5);
        queue.push(KIND, &after).await.unwrap();
        seen.wait_for(&after).await;
    }
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_and_restarted_redis_is_consumed_again() {
    let mut redis = RedisServer::start();
    let queue = connect(&redis).await;
    let seen = Seen::closed();
    let consumer = seen.consume(&queue, 4);
    let before = jobs(20);
    queue.push(KIND, &before).await.unwrap();
    seen.wait_running(4).await;

    redis.kill9();
    let error = queue.push(KIND, &jobs(1)).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    seen.let_through(4);
    wait_until("running handlers finish without redis", LONG, async || (seen.running() == 0).then_some(()))
        .await;

    redis.restart();
    queue.ping().await.unwrap();
    let after = jobs(20);
    push_when_possible(&queue, &after).await;
    seen.let_through(1_000);
    seen.wait_for(&after).await;
    assert!(seen.most_running() <= 4, "the bound holds across workers, {} ran", seen.most_running());
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_connection_is_replaced_and_its_hints_return() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    let seen = Seen::closed();
    let consumer = seen.consume(&queue, 4);
    let pushed = jobs(40);
    queue.push(KIND, &pushed).await.unwrap();
    seen.wait_running(4).await;
    for _ in 0..3 {
        assert_ne!(redis.command(&["CLIENT", "KILL", "TYPE", "normal"]), "0");
        let _ = redis.command(&["CLIENT", "KILL", "TYPE", "pubsub"]);
        // The push finds its own connection dead as well.
        queue.push(KIND, &[]).await.unwrap();
        queue.ping().await.unwrap();
    }
    seen.let_through(1_000);
    // Redis lost nothing, so neither did we: what the dead workers held was put back.
    seen.wait_for(&pushed).await;
    assert!(seen.most_running() <= 4);
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_redis_fails_pushes_in_time_and_is_consumed_again() {
    let redis = RedisServer::start();
    let quick = QueueOptions { response_timeout: Duration::from_millis(300), ..options() };
    let queue = Queue::connect(&redis.url().parse().unwrap(), quick).await.unwrap();
    let (seen, before) = (Seen::open(), jobs(3));
    let consumer = seen.consume(&queue, 2);
    queue.push(KIND, &before).await.unwrap();
    seen.wait_for(&before).await;

    redis.pause();
    for _ in 0..2 {
        let push = tokio::time::timeout(Duration::from_secs(5), queue.push(KIND, &before)).await.unwrap();
        assert!(push.unwrap_err().is_unavailable());
        assert!(queue.outstanding(KIND).await.unwrap_err().is_unavailable());
    }
    redis.resume();
    let after = jobs(3);
    push_when_possible(&queue, &after).await;
    seen.wait_for(&after).await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_stops_while_redis_is_away() {
    let mut redis = RedisServer::start();
    let queue = connect(&redis).await;
    let seen = Seen::closed();
    let mut consumer = seen.consume(&queue, 2);
    queue.push(KIND, &jobs(2)).await.unwrap();
    seen.wait_running(2).await;
    redis.kill9();
    consumer.ask_to_stop();
    consumer.assert_still_runs().await;
    seen.let_through(2);
    consumer.stop().await;
    assert_eq!(seen.running(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_started_before_redis_waits_for_it() {
    let mut redis = RedisServer::start();
    let queue = connect(&redis).await;
    redis.kill9();
    let seen = Seen::open();
    let consumer = seen.consume(&queue, 2);
    redis.restart();
    let pushed = jobs(5);
    push_when_possible(&queue, &pushed).await;
    seen.wait_for(&pushed).await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_out_of_memory_is_unavailable_and_recovers() {
    let redis = RedisServer::start();
    let queue = connect(&redis).await;
    let seen = Seen::open();
    let consumer = seen.consume(&queue, 2);
    assert_eq!(redis.command(&["CONFIG", "SET", "maxmemory", "1"]), "OK");
    assert!(queue.push(KIND, &jobs(5)).await.unwrap_err().is_unavailable());
    assert_eq!(redis.command(&["CONFIG", "SET", "maxmemory", "0"]), "OK");
    let after = jobs(5);
    push_when_possible(&queue, &after).await;
    seen.wait_for(&after).await;
    consumer.stop().await;
}

/// What breaks the network, and whether the server is seen to be gone at once or only after the response timeout.
async fn survives(break_network: fn(&TcpProxy)) {
    let redis = RedisServer::start();
    let network = TcpProxy::start(redis.port());
    let quick = QueueOptions { response_timeout: Duration::from_millis(300), ..options() };
    let url = format!("redis://127.0.0.1:{}", network.port()).parse().unwrap();
    let queue = Queue::connect(&url, quick).await.unwrap();
    let seen = Seen::closed();
    // Three run, and the fourth is fetched with the third.
    let consumer = seen.consume(&queue, 3);
    let pushed = jobs(4);
    queue.push(KIND, &pushed).await.unwrap();
    seen.wait_running(3).await;
    assert_eq!(queue.outstanding(KIND).await.unwrap(), 0);

    break_network(&network);
    let push = tokio::time::timeout(Duration::from_secs(5), queue.push(KIND, &pushed)).await.unwrap();
    assert!(push.unwrap_err().is_unavailable());
    seen.let_through(3);
    wait_until("running handlers finish without redis", LONG, async || (seen.running() <= 1).then_some(()))
        .await;

    network.heal();
    seen.let_through(1_000);
    // What the cut-off worker had fetched is handled, without another push.
    seen.wait_for(&pushed).await;
    let after = jobs(12);
    push_when_possible(&queue, &after).await;
    seen.wait_for(&after).await;
    assert!(seen.most_running() <= 3);
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_network_is_survived() {
    survives(TcpProxy::cut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_network_is_survived() {
    survives(TcpProxy::stall).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_whose_delivery_was_lost_on_the_way_come_again() {
    let redis = RedisServer::start();
    let network = TcpProxy::start(redis.port());
    let quick = QueueOptions { response_timeout: Duration::from_millis(300), ..options() };
    let url = format!("redis://127.0.0.1:{}", network.port()).parse().unwrap();
    let far = Queue::connect(&url, quick).await.unwrap();
    let near = connect(&redis).await;
    let seen = Seen::open();
    let consumer = seen.consume(&far, 4);
    wait_until("the worker is on the books", LONG, async || {
        (redis.command(&["ZCARD", "prospector:probe:workers"]) == "1").then_some(())
    })
    .await;

    // The worker's next fetch is stuck on the way, until long after the worker gave up and dialled again.
    let clients = || redis.command(&["CLIENT", "LIST"]).lines().count();
    let before = clients();
    network.stall();
    wait_until("the consumer dials again", LONG, async || (clients() > before).then_some(())).await;
    let pushed = jobs(2);
    near.push(KIND, &pushed).await.unwrap();
    network.heal();
    seen.wait_for(&pushed).await;
    consumer.stop().await;
}
