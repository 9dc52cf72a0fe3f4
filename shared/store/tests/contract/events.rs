//! The trail, read by somebody who must not miss anything.

use prospector_domain::{event::Event, id::ThreadId};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::{contract, dump::Raw, world::World};

contract![
    events_come_in_order_and_in_pages,
    events_of_one_thread_come_alone,
    a_gap_holds_back_what_is_behind_it,
    a_gap_that_stays_is_passed_over,
    a_gap_holds_back_every_thread,
    a_late_commit_is_not_missed,
];

async fn seqs(world: &World, after: i64, thread: Option<ThreadId>) -> Vec<i64> {
    let events: Vec<Event> = world.store.events_after(after, thread, 100, world.now()).await.unwrap();
    events.iter().map(|event| event.seq).collect()
}

async fn events_come_in_order_and_in_pages(world: World) {
    assert_eq!(world.store.last_event_seq().await.unwrap(), 0);
    assert_eq!(seqs(&world, 0, None).await, [0_i64; 0]);
    for text in ["one", "two", "three"] {
        world.say("room-7", text).await;
        world.pass_ms(10);
    }
    let all = world.store.events_after(0, None, 100, world.now()).await.unwrap();
    let kinds: Vec<String> = all.iter().map(|event| event.kind.to_string()).collect();
    let expected = [
        "inbound.accepted",
        "candidate.superseded",
        "inbound.accepted",
        "candidate.superseded",
        "inbound.accepted",
    ];
    assert_eq!(kinds, expected);
    assert!(all.iter().all(|event| event.thread_id.is_some() && event.candidate_id.is_some()));
    assert_eq!(all[0].data["channel"], "sms");
    assert_eq!(world.store.last_event_seq().await.unwrap(), all[4].seq);
    let page = world.store.events_after(all[0].seq, None, 2, world.now()).await.unwrap();
    assert_eq!(page, all[1..3]);
    assert_eq!(seqs(&world, all[4].seq, None).await, [0_i64; 0]);
}

async fn events_of_one_thread_come_alone(world: World) {
    let a = world.say("a", "hello").await;
    world.say("b", "hello").await;
    world.say("a", "anybody?").await;
    let all = seqs(&world, 0, None).await;
    assert_eq!(all.len(), 4);
    assert_eq!(seqs(&world, 0, Some(a.thread_id)).await, [all[0], all[2], all[3]]);
    assert_eq!(seqs(&world, all[2], Some(a.thread_id)).await, [all[3]]);
}

/// Events 1 to 5, of which number 3 is missing; thread `a` has 1 and 4, thread `b` has 2 and 5.
async fn with_a_gap(world: &World) -> (ThreadId, ThreadId) {
    let a = world.say("a", "hello").await.thread_id;
    let b = world.say("b", "hello").await.thread_id;
    let mut raw = world.raw().await;
    for (seq, thread) in [(4, a), (5, b)] {
        let at = world.now().0;
        raw.execute(format!(
            "INSERT INTO events (seq, at_ms, kind, thread_id, data) VALUES ({seq}, {at}, 'candidate.held', '{thread}', '{{}}')"
        ))
        .await;
    }
    (a, b)
}

async fn a_gap_holds_back_what_is_behind_it(world: World) {
    with_a_gap(&world).await;
    assert_eq!(seqs(&world, 0, None).await, [1, 2]);
    assert_eq!(seqs(&world, 2, None).await, [0_i64; 0], "also right behind it");
    assert_eq!(seqs(&world, 3, None).await, [4, 5], "whoever stands behind it has seen it");
    world.pass_ms(4_999);
    assert_eq!(seqs(&world, 0, None).await, [1, 2]);
}

async fn a_gap_that_stays_is_passed_over(world: World) {
    with_a_gap(&world).await;
    world.pass_ms(5_000);
    assert_eq!(seqs(&world, 0, None).await, [1, 2, 4, 5]);
    assert_eq!(seqs(&world, 2, None).await, [4, 5]);
    // A new gap behind an old one holds back again.
    let at = world.now().0;
    let newer =
        format!("INSERT INTO events (seq, at_ms, kind, data) VALUES (9, {at}, 'candidate.held', '{{}}')");
    world.raw().await.execute(newer).await;
    assert_eq!(seqs(&world, 0, None).await, [1, 2, 4, 5]);
}

async fn a_gap_holds_back_every_thread(world: World) {
    let (a, b) = with_a_gap(&world).await;
    assert_eq!(seqs(&world, 0, Some(a)).await, [1]);
    assert_eq!(seqs(&world, 0, Some(b)).await, [2]);
    world.pass_ms(5_000);
    assert_eq!(seqs(&world, 0, Some(a)).await, [1, 4]);
    assert_eq!(seqs(&world, 0, Some(b)).await, [2, 5]);
}

/// Only Postgres gives numbers out before rows are committed.
async fn a_late_commit_is_not_missed(world: World) {
    let Raw::Postgres(mut slow) = world.raw().await else { return };
    let mut tx = slow.begin().await.unwrap();
    let at = world.now().0;
    let insert = format!("INSERT INTO events (at_ms, kind, data) VALUES ({at}, 'candidate.held', '{{}}')");
    sqlx::query(AssertSqlSafe(insert)).execute(&mut *tx).await.unwrap();
    world.say("a", "hello").await;
    assert_eq!(seqs(&world, 0, None).await, [0_i64; 0], "number 1 is given out and not there yet");
    tx.commit().await.unwrap();
    assert_eq!(seqs(&world, 0, None).await, [1, 2]);
}
