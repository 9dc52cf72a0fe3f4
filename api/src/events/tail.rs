//! Where the trail ends just now, watched once for all streams of the process: an idle stream costs the store nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use crate::state::ApiState;

/// How often the store is asked while somebody follows. What other processes write shows after this; what this one
/// writes shows at once.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Streams at once. Each is one caller who watches.
const STREAMS_MAX: usize = 256;

/// The end of the trail.
#[derive(Debug)]
pub(crate) struct Tail {
    newest: watch::Sender<i64>,
    wake: Arc<Notify>,
    watching: Arc<AtomicBool>,
    places: Arc<Semaphore>,
}

impl Tail {
    pub(crate) fn new() -> Self {
        Self {
            newest: watch::Sender::new(0),
            wake: Arc::new(Notify::new()),
            watching: Arc::new(AtomicBool::new(false)),
            places: Arc::new(Semaphore::new(STREAMS_MAX)),
        }
    }

    /// A place for one more stream; none when all are taken.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Something was written by this process: look at once.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Tells when the trail has grown, from now on.
    pub(super) fn subscribe(state: &ApiState) -> watch::Receiver<i64> {
        let tail = state.tail();
        let receiver = tail.newest.subscribe();
        if !tail.watching.swap(true, Ordering::AcqRel) {
            tokio::spawn(watch_store(state.clone()));
        }
        receiver
    }
}

/// Asks the store for the end of the trail until nobody listens any more.
async fn watch_store(state: ApiState) {
    let tail = state.tail();
    let mut away = false;
    loop {
        if tail.newest.receiver_count() == 0 || state.draining().is_cancelled() {
            tail.watching.store(false, Ordering::Release);
            // Somebody may have come between the question and the note; then whoever notes it first goes on.
            let needed = tail.newest.receiver_count() > 0 && !state.draining().is_cancelled();
            if !needed || tail.watching.swap(true, Ordering::AcqRel) {
                return;
            }
        }
        match state.store().last_event_seq().await {
            Ok(newest) => {
                away = false;
                tail.newest.send_if_modified(|seen| std::mem::replace(seen, newest) != newest);
            }
            Err(error) if !away => {
                away = true;
                tracing::warn!(error = %error, "the trail cannot be read; event streams wait");
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = tail.wake.notified() => {}
            () = state.draining().cancelled() => {}
        }
    }
}
