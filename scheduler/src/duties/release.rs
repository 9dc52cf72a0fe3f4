//! Lets candidates go on whose hold has ended: the night is over, the cap has room, the pause was lifted.

use prospector_domain::time::UnixMs;
use prospector_runtime::failpoint::{self, Point};
use prospector_store::Store;

use super::DutyError;

/// Candidates let go in one turn: a morning after a busy night is spread over several turns.
const RELEASED_AT_ONCE: i64 = 200;

/// Returns how many jobs the released candidates got.
pub(crate) async fn release(store: &Store, now: UnixMs) -> Result<u64, DutyError> {
    let released = store.release_due(now, RELEASED_AT_ONCE).await?.len();
    if released > 0 {
        failpoint::hit(Point::SchedulerAfterRelease);
    }
    Ok(released as u64)
}
