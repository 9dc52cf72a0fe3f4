//! Waiting for a condition instead of sleeping for a guess.

use std::time::Duration;

/// How often the condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Calls `condition` until it returns a value, and returns that.
///
/// # Panics
/// Naming `what`, when `deadline` passes first.
pub async fn wait_until<T>(
    what: &str,
    deadline: Duration,
    mut condition: impl AsyncFnMut() -> Option<T>,
) -> T {
    let look = async {
        loop {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    match tokio::time::timeout(deadline, look).await {
        Ok(value) => value,
        Err(_) => panic!("waited {deadline:?} in vain until {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn returns_the_value_once_there_is_one() {
        let mut looks = 0;
        let value = wait_until("three looks were taken", Duration::from_secs(1), async || {
            looks += 1;
            (looks == 3).then_some("done")
        })
        .await;
        assert_eq!((value, looks), ("done", 3));
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "waited 1s in vain until pigs fly")]
    async fn names_what_never_happened() {
        wait_until("pigs fly", Duration::from_secs(1), async || None::<()>).await;
    }
}
