//! Work that waits for an engine in vain is held, so that a person sees it; when the engine is there, the holds end. A
//! judge is not waited for: its draft has passed the gate and goes on without it.

use prospector_domain::{
    engine::EngineId,
    node::NodePhase,
    time::{SECOND_MS, UnixMs},
};
use prospector_store::{Node, Store, StoreError};

/// Candidates that are held or let go in one turn; the rest follows in the next.
const AT_ONCE: i64 = 200;

/// How long a draft waits for its judge while nothing serves, in milliseconds: long enough for a machine that is probed
/// again, too short for one that boots.
const JUDGE_PATIENCE_MS: i64 = 30_000;

/// What became of waiting work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Waits {
    pub(crate) held: u64,
    pub(crate) released: u64,
}

/// Holds what has waited too long while nothing serves, or lets go of what was held once something does. `why` says what
/// is in the way.
pub(crate) async fn settle_waits(
    store: &Store,
    engine: &EngineId,
    nodes: &[Node],
    wait_max_s: i64,
    why: &str,
    now: UnixMs,
) -> Result<Waits, StoreError> {
    if *engine == EngineId::Template {
        return Ok(Waits::default());
    }
    let serves = nodes.iter().any(|node| node.engine == *engine && node.phase == NodePhase::Ready);
    if serves {
        let released = store.release_engine_holds(now, AT_ONCE).await?.len();
        return Ok(Waits { released: released as u64, ..Waits::default() });
    }
    // The relay sees them due in its next turn.
    store.unpark_judgements(now, engine, now.plus_ms(-JUDGE_PATIENCE_MS)).await?;
    let before = now.plus_ms(-wait_max_s * SECOND_MS);
    // What waited while something served was on its way; its patience begins when that ended.
    if store.engine_served_until(engine).await?.is_some_and(|until| until > before) {
        return Ok(Waits::default());
    }
    let detail = format!("engine {engine} did not serve within {wait_max_s} s: {why}");
    let given_up = store.hold_waiting(now, engine, before, &detail, AT_ONCE).await?;
    Ok(Waits { held: (given_up.held.len() + given_up.dead.len()) as u64, ..Waits::default() })
}
