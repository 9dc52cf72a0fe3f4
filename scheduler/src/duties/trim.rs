//! Clears what the queue's transport leaves behind: results and data of hints that were acknowledged long ago.

use prospector_queue::Queue;

use super::DutyError;

/// Returns how many leftovers were cleared.
pub(crate) async fn trim(queue: &Queue) -> Result<u64, DutyError> {
    Ok(queue.trim().await?)
}
