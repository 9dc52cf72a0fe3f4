//! Sends hints for jobs that are due.
//!
//! The store knows which jobs are due; the relay remembers, in memory only, which of them it hinted and when. It looks
//! at a window of the most urgent jobs of each kind. A job that left the window was claimed; one that stays in it long
//! after its hint was sent has lost it. When the queue holds no hint at all while hinted jobs still wait, the hints are
//! gone, all at once (a restart, a wiped Redis), and are sent again without waiting.
//!
//! It is also the valve before the engine: a job that waits for a model is hinted only while a machine serves it.
//!
//! A relay that starts with an empty memory hints everything once more. That costs a look-up a job and nothing else.

use std::collections::HashMap;

use prospector_domain::{
    engine::EngineId,
    id::JobId,
    job::JobKind,
    time::{SECOND_MS, UnixMs},
};
use prospector_queue::{MAX_OUTSTANDING, Queue};
use prospector_runtime::failpoint::{self, Point};
use prospector_store::Store;
use strum::VariantArray as _;

use super::DutyError;
use crate::metrics;

/// Jobs of one kind that are looked at: as many as hints may be outstanding.
const WINDOW: usize = MAX_OUTSTANDING as usize;
/// While more hints than this wait in the queue, workers have enough to do and the store is left alone.
const ENOUGH_OUTSTANDING: u64 = MAX_OUTSTANDING / 2;
/// A hint that led to nothing for so long is sent again, in milliseconds. Far above any wait in a queue that workers
/// keep up with; when they do not, the queue is not empty and another hint changes nothing.
const REHINT_AFTER_MS: i64 = 30 * SECOND_MS;
/// When the queue is empty, hinted jobs that still wait after this are taken to have lost their hints, in milliseconds.
/// A worker needs a moment between taking a hint and claiming its job.
const LOST_AFTER_MS: i64 = 2 * SECOND_MS;

/// The relay's memory.
#[derive(Debug, Default)]
pub(crate) struct Relay {
    hinted: HashMap<JobKind, HashMap<JobId, UnixMs>>,
}

/// What one turn found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Relayed {
    /// Hints sent.
    pub(crate) hints: u64,
    /// True when there may be more due jobs than the window shows.
    pub(crate) more: bool,
    /// When the next job becomes due that is not yet.
    pub(crate) next_due_at: Option<UnixMs>,
}

impl Relay {
    /// Forgets everything, as a new leader must: somebody else may have hinted, and hints may have been lost.
    pub(crate) fn forget(&mut self) {
        self.hinted.clear();
    }

    /// Hints what is due of every kind that is not paused.
    pub(crate) async fn relay(
        &mut self,
        store: &Store,
        queue: &Queue,
        now: UnixMs,
    ) -> Result<Relayed, DutyError> {
        let paused = store.paused_kinds().await?;
        let closed = closed_engine(store).await?;
        let mut relayed = Relayed::default();
        for kind in JobKind::VARIANTS.iter().filter(|kind| !paused.contains(kind)) {
            let one = self.relay_kind(store, queue, now, *kind, closed.as_ref()).await?;
            relayed.hints += one.hints;
            relayed.more |= one.more;
            relayed.next_due_at = earlier(relayed.next_due_at, one.next_due_at);
        }
        Ok(relayed)
    }

    async fn relay_kind(
        &mut self,
        store: &Store,
        queue: &Queue,
        now: UnixMs,
        kind: JobKind,
        closed: Option<&EngineId>,
    ) -> Result<Relayed, DutyError> {
        let outstanding = queue.outstanding(kind).await?;
        let hinted = self.hinted.entry(kind).or_default();
        if outstanding > ENOUGH_OUTSTANDING && !hinted.is_empty() {
            return Ok(Relayed { more: true, ..Relayed::default() });
        }
        let due = store.due_jobs(now, kind, closed, WINDOW).await?;
        let next_due_at = if due.len() < WINDOW { store.next_due_at(now, kind, closed).await? } else { None };
        let wanted = choose(hinted, &due, outstanding, now);
        if wanted.is_empty() {
            return Ok(Relayed { hints: 0, more: due.len() == WINDOW, next_due_at });
        }
        failpoint::hit(Point::SchedulerBeforePush);
        let accepted = queue.push(kind, &wanted).await?.accepted;
        for id in wanted.iter().take(accepted) {
            hinted.insert(*id, now);
        }
        metrics::hinted(kind, accepted);
        Ok(Relayed { hints: accepted as u64, more: due.len() == WINDOW, next_due_at })
    }
}

/// The engine in force, while none of its machines serves: whoever waits for it would be hinted in vain.
async fn closed_engine(store: &Store) -> Result<Option<EngineId>, DutyError> {
    let engine = store.settings().await?.draft_engine;
    let is_open = engine == EngineId::Template || !store.serving_nodes(&engine).await?.is_empty();
    Ok((!is_open).then_some(engine))
}

/// The due jobs that need a hint; drops from `hinted` what is no longer due, because somebody claimed it.
fn choose(hinted: &mut HashMap<JobId, UnixMs>, due: &[JobId], outstanding: u64, now: UnixMs) -> Vec<JobId> {
    let patience_ms = if outstanding == 0 { LOST_AFTER_MS } else { REHINT_AFTER_MS };
    let mut still_due = HashMap::with_capacity(due.len());
    let mut wanted = Vec::new();
    for id in due {
        match hinted.get(id) {
            Some(at) if now.since(*at) < patience_ms => {
                still_due.insert(*id, *at);
            }
            _ => wanted.push(*id),
        }
    }
    *hinted = still_due;
    wanted
}

fn earlier(a: Option<UnixMs>, b: Option<UnixMs>) -> Option<UnixMs> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use prospector_domain::source::IdSource as _;
    use prospector_testkit::SequentialIds;

    use super::*;

    const NOW: UnixMs = UnixMs(1_000_000);

    fn ids(count: usize) -> Vec<JobId> {
        let source = SequentialIds::default();
        (0..count).map(|_| JobId(source.next(NOW))).collect()
    }

    #[test]
    fn a_job_is_hinted_once_and_forgotten_when_it_was_claimed() {
        let due = ids(3);
        let mut hinted = HashMap::new();
        assert_eq!(choose(&mut hinted, &due, 0, NOW), due);
        hinted.extend(due.iter().map(|id| (*id, NOW)));
        assert_eq!(choose(&mut hinted, &due, 3, NOW.plus_ms(100)), []);
        assert_eq!(choose(&mut hinted, &due[1..], 2, NOW.plus_ms(200)), []);
        assert_eq!(hinted.len(), 2);
    }

    #[test]
    fn a_lost_hint_is_sent_again_soon_when_the_queue_is_empty_and_late_when_it_is_not() {
        let due = ids(1);
        let hinted_at = |now| HashMap::from([(due[0], now)]);
        assert_eq!(choose(&mut hinted_at(NOW), &due, 0, NOW.plus_ms(LOST_AFTER_MS - 1)), []);
        assert_eq!(choose(&mut hinted_at(NOW), &due, 0, NOW.plus_ms(LOST_AFTER_MS)), due);
        assert_eq!(choose(&mut hinted_at(NOW), &due, 7, NOW.plus_ms(LOST_AFTER_MS)), []);
        assert_eq!(choose(&mut hinted_at(NOW), &due, 7, NOW.plus_ms(REHINT_AFTER_MS)), due);
    }

    #[test]
    fn the_earlier_of_two_moments() {
        assert_eq!(earlier(None, Some(NOW)), Some(NOW));
        assert_eq!(earlier(Some(NOW), Some(NOW.plus_ms(-1))), Some(NOW.plus_ms(-1)));
        assert_eq!(earlier(None, None), None);
    }
}
