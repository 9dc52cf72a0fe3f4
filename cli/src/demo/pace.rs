//! In which order and rhythm messages are fed: conversations side by side, the turns of each one after another.
//!
//! Nobody wants to wait for days of conversation to pass. Messages of a thread that came within [`BURST_GAP_MS`] of
//! each other, or that carry no time at all, are one burst and go in back to back; the next burst goes in when the
//! thread has come to rest. All of them are fed as received now.

use std::collections::BTreeMap;

use super::feed::FeedMessage;

/// Messages of a thread that are closer together than this are one burst, in milliseconds.
pub(crate) const BURST_GAP_MS: i64 = 5_000;

/// The bursts of one conversation, in order. Each holds positions in the feed.
pub(crate) type Turns = Vec<Vec<usize>>;

/// Groups a feed by thread and burst. Within a thread the order of the file counts.
pub(crate) fn turns(messages: &[FeedMessage]) -> Vec<Turns> {
    let mut threads: BTreeMap<&str, Turns> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let turns = threads.entry(&message.thread).or_insert_with(|| {
            order.push(&message.thread);
            Vec::new()
        });
        match turns.last_mut() {
            Some(burst) if belongs(messages, burst, message) => burst.push(index),
            _ => turns.push(vec![index]),
        }
    }
    order.into_iter().filter_map(|thread| threads.remove(thread)).collect()
}

fn belongs(messages: &[FeedMessage], burst: &[usize], next: &FeedMessage) -> bool {
    let last = burst.last().and_then(|index| messages[*index].received_at);
    match (last, next.received_at) {
        (Some(last), Some(next)) => next.since(last).abs() <= BURST_GAP_MS,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use prospector_domain::time::UnixMs;

    use super::*;

    fn message(thread: &str, received_at: Option<i64>) -> FeedMessage {
        FeedMessage {
            id: "i".into(),
            thread: thread.into(),
            contact: "c".into(),
            channel: "sms".into(),
            text: "t".into(),
            received_at: received_at.map(UnixMs),
        }
    }

    #[test]
    fn close_messages_are_one_burst_and_threads_stay_apart() {
        let feed = [
            message("a", Some(0)),
            message("b", None),
            message("a", Some(4_000)),
            message("a", Some(60_000)),
            message("b", None),
        ];
        assert_eq!(turns(&feed), [vec![vec![0, 2], vec![3]], vec![vec![1, 4]]]);
    }
}
