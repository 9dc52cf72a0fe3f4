//! One follower of the trail: reads on from where it is, waits when there is no more.

use std::{collections::VecDeque, time::Duration};

use futures::{Stream, stream};
use prospector_domain::{event::Event, id::ThreadId};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Tail;
use crate::{observe::STREAMS, state::ApiState};

/// Events read at once.
const READ_MAX: i64 = 200;
/// How long a follower waits at most before it looks for itself: an event that was kept back because one with a lower
/// number was still being written shows without the trail growing.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// A follower, which is also counted while it is there.
pub(super) struct Follower {
    state: ApiState,
    thread: Option<ThreadId>,
    after: i64,
    read: VecDeque<Event>,
    newest: watch::Receiver<i64>,
    _counted: Counted,
}

struct Counted(#[expect(dead_code, reason = "gives its place back when dropped")] OwnedSemaphorePermit);

impl Counted {
    fn new(place: OwnedSemaphorePermit) -> Self {
        metrics::gauge!(STREAMS.name).increment(1.0);
        Self(place)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!(STREAMS.name).decrement(1.0);
    }
}

impl Follower {
    /// Follows the events after number `after`, of one thread or of all.
    pub(super) fn new(
        state: ApiState,
        thread: Option<ThreadId>,
        after: i64,
        place: OwnedSemaphorePermit,
    ) -> Self {
        let newest = Tail::subscribe(&state);
        Self { state, thread, after, read: VecDeque::new(), newest, _counted: Counted::new(place) }
    }

    /// The events as they come; ends when the process drains.
    pub(super) fn into_stream(self) -> impl Stream<Item = Event> {
        stream::unfold(self, async |mut follower| follower.next().await.map(|event| (event, follower)))
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.state.draining().is_cancelled() {
                return None;
            }
            if let Some(event) = self.read.pop_front() {
                self.after = event.seq;
                return Some(event);
            }
            // Seen before reading, so that growth during the read is not missed.
            self.newest.mark_unchanged();
            let now = self.state.now();
            // A store that is away is reported by the one who watches the tail; a follower only waits.
            if let Ok(events) = self.state.store().events_after(self.after, self.thread, READ_MAX, now).await
                && !events.is_empty()
            {
                self.read = events.into();
                continue;
            }
            tokio::select! {
                _ = self.newest.changed() => {}
                () = tokio::time::sleep(LOOK_AGAIN_AFTER) => {}
                () = self.state.draining().cancelled() => return None,
            }
        }
    }
}
