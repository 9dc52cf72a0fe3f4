//! The events of a response, with a bound on how much is read for one of them.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use eventsource_stream::{EventStreamError, Eventsource};
use futures::{Stream, StreamExt};
use reqwest::Response;

use crate::client::{FailureKind, InferenceError, failure};

/// Most bytes between two events. An event holds one token, and perhaps its alternatives.
const EVENT_MAX_BYTES: usize = 1024 * 1024;

/// Reads one event after the other. What keeps a connection alive without being an event is passed over.
pub(super) struct Events {
    data: Pin<Box<dyn Stream<Item = Result<String, InferenceError>> + Send>>,
    /// Bytes read since the last event.
    unread_bytes: Arc<AtomicUsize>,
}

/// Why reading stopped.
enum Fault {
    Network(reqwest::Error),
    TooLong,
}

impl Events {
    pub(super) fn new(response: Response) -> Self {
        let unread_bytes = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&unread_bytes);
        let bounded = response.bytes_stream().map(move |chunk| {
            let chunk = chunk.map_err(Fault::Network)?;
            // A chunk with many events counts whole, and is far below the bound.
            if counter.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len() > EVENT_MAX_BYTES {
                return Err(Fault::TooLong);
            }
            Ok(chunk)
        });
        let data = bounded.eventsource().map(|event| event.map(|event| event.data).map_err(understood));
        Self { data: Box::pin(data), unread_bytes }
    }

    /// The data of the next event; none when the stream has ended.
    pub(super) async fn next(&mut self) -> Option<Result<String, InferenceError>> {
        let data = self.data.next().await;
        self.unread_bytes.store(0, Ordering::Relaxed);
        data
    }
}

/// The words of the parser quote the stream, so none of them are passed on.
fn understood(error: EventStreamError<Fault>) -> InferenceError {
    match error {
        EventStreamError::Transport(Fault::Network(error)) => failure::of_network(&error),
        EventStreamError::Transport(Fault::TooLong) => {
            InferenceError::new(FailureKind::Malformed, "an event of the stream is too long")
        }
        EventStreamError::Utf8(_) | EventStreamError::Parser(_) => {
            InferenceError::new(FailureKind::Malformed, "the stream does not consist of events")
        }
    }
}
