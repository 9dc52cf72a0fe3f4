//! Named points between two effects at which a test makes the process crash, to see that what was begun is finished or
//! undone by whoever comes next.
//!
//! Without the feature `failpoints`, which no release build has, a point compiles to nothing and naming one in the
//! configuration is refused. A crash is `abort`: no destructor runs, no buffer is flushed, as after a kill -9.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Whether this build has fail-points.
pub const ENABLED: bool = cfg!(feature = "failpoints");

/// Every point, so that a test can crash at each in turn.
pub const ALL: &[Point] = Point::VARIANTS;

/// A place between two effects. The text form is `<role>.<place>`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Point {
    /// A job is claimed, and its handler has not begun.
    #[strum(serialize = "worker.after_claim")]
    WorkerAfterClaim,
    /// A reply is about to pass its last check, and is not marked as going out.
    #[strum(serialize = "worker.before_begin_send")]
    WorkerBeforeBeginSend,
    /// A reply is marked as going out, and its webhook has not gone.
    #[strum(serialize = "worker.after_begin_send")]
    WorkerAfterBeginSend,
    /// A webhook was answered, and the answer is not saved.
    #[strum(serialize = "worker.after_delivery")]
    WorkerAfterDelivery,
    /// Jobs have results, and none of them is saved.
    #[strum(serialize = "worker.before_settle")]
    WorkerBeforeSettle,
    /// Results are saved, and the jobs they made due are not hinted.
    #[strum(serialize = "worker.after_settle")]
    WorkerAfterSettle,
    /// The leader has its lease, and no duty has run.
    #[strum(serialize = "scheduler.after_lease")]
    SchedulerAfterLease,
    /// The relay knows which jobs to hint, and has not pushed.
    #[strum(serialize = "scheduler.before_push")]
    SchedulerBeforePush,
    /// Jobs of vanished workers are put back, and not hinted.
    #[strum(serialize = "scheduler.after_rescue")]
    SchedulerAfterRescue,
    /// Candidates whose hold ended are let go, and their jobs not hinted.
    #[strum(serialize = "scheduler.after_release")]
    SchedulerAfterRelease,
    /// A round of old rows is deleted, and more may be left.
    #[strum(serialize = "scheduler.after_prune")]
    SchedulerAfterPrune,
    /// A machine is wanted, and nobody was asked for it.
    #[strum(serialize = "scheduler.after_node_intent")]
    SchedulerAfterNodeIntent,
    /// A machine was asked for, and the answer is not written down.
    #[strum(serialize = "scheduler.after_node_create")]
    SchedulerAfterNodeCreate,
    /// What the provider calls a machine is written down, and nothing was done with it.
    #[strum(serialize = "scheduler.after_node_record")]
    SchedulerAfterNodeRecord,
    /// A machine serves, and nobody was told.
    #[strum(serialize = "scheduler.after_node_ready")]
    SchedulerAfterNodeReady,
    /// A machine is to be destroyed, and the provider was not asked.
    #[strum(serialize = "scheduler.before_node_destroy")]
    SchedulerBeforeNodeDestroy,
    /// The provider was asked to destroy a machine, and that is not written down.
    #[strum(serialize = "scheduler.after_node_destroy")]
    SchedulerAfterNodeDestroy,
    /// A machine is gone, and its ledger is not final.
    #[strum(serialize = "scheduler.after_node_gone")]
    SchedulerAfterNodeGone,
    /// A message was accepted; its job is not hinted and the caller not answered.
    #[strum(serialize = "api.after_ingest")]
    ApiAfterIngest,
}

impl TryFrom<String> for Point {
    type Error = InvalidArming;
    fn try_from(text: String) -> Result<Self, InvalidArming> {
        text.parse().map_err(|_| InvalidArming::UnknownPoint(text))
    }
}

/// Where to crash, and when. The text form is `<point>`, or `<point>:<nth>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arming {
    /// The point.
    pub point: Point,
    /// At which time of passing it the process crashes, from 1.
    pub nth: u64,
}

/// Why a text arms nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArming {
    /// No point has this name.
    #[error("no fail-point is called {0:?}; use one of: {names}", names = names())]
    UnknownPoint(String),
    /// What follows the `:` is not a number from 1.
    #[error("{0:?} does not say at which time to crash; write a number from 1, as in worker.after_claim:2")]
    Nth(String),
}

fn names() -> String {
    ALL.iter().map(<&'static str>::from).collect::<Vec<_>>().join(", ")
}

impl FromStr for Arming {
    type Err = InvalidArming;

    fn from_str(text: &str) -> Result<Self, InvalidArming> {
        let (name, nth) = text.split_once(':').unwrap_or((text, "1"));
        let point = Point::try_from(name.to_owned())?;
        match nth.parse() {
            Ok(nth) if nth > 0 => Ok(Self { point, nth }),
            _ => Err(InvalidArming::Nth(text.to_owned())),
        }
    }
}

impl fmt::Display for Arming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.point, self.nth)
    }
}

impl TryFrom<String> for Arming {
    type Error = InvalidArming;
    fn try_from(text: String) -> Result<Self, InvalidArming> {
        text.parse()
    }
}

impl From<Arming> for String {
    fn from(arming: Arming) -> Self {
        arming.to_string()
    }
}

#[cfg(feature = "failpoints")]
mod live {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    };

    use super::{Arming, Point};

    static ARMED: OnceLock<Arming> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    /// Arms a point for the rest of the process's life; the first call with one counts.
    pub fn arm(arming: Option<Arming>) {
        if let Some(arming) = arming {
            ARMED.get_or_init(|| arming);
        }
    }

    /// Marks a place; crashes when it is the armed one and this is the time to.
    pub fn hit(point: Point) {
        let Some(armed) = ARMED.get() else { return };
        if armed.point != point {
            return;
        }
        let time = PASSED.fetch_add(1, Ordering::Relaxed) + 1;
        if time == armed.nth {
            // Telemetry may be buffered or filtered, and the test that armed the point waits for this line.
            eprintln!("fail-point {armed}: crashing");
            std::process::abort();
        }
    }
}

#[cfg(feature = "failpoints")]
pub use live::{arm, hit};

/// Arms a point for the rest of the process's life. This build has none.
#[cfg(not(feature = "failpoints"))]
pub const fn arm(_arming: Option<Arming>) {}

/// Marks a place between two effects. In this build it is nothing.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub const fn hit(_point: Point) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_round_trip() {
        for point in ALL {
            let arming: Arming = format!("{point}:3").parse().unwrap();
            assert_eq!(arming, Arming { point: *point, nth: 3 });
            assert_eq!(arming.to_string().parse::<Arming>().unwrap(), arming);
            assert!(point.to_string().contains('.'), "{point} must be <role>.<place>");
        }
        assert_eq!("worker.after_claim".parse::<Arming>().unwrap().nth, 1);
    }

    #[test]
    fn rubbish_is_refused_with_the_names_there_are() {
        let said = |text: &str| text.parse::<Arming>().unwrap_err().to_string();
        assert!(
            said("worker.nowhere")
                .starts_with("no fail-point is called \"worker.nowhere\"; use one of: worker.after_claim")
        );
        assert!(said("worker.after_claim:0").contains("write a number from 1"));
        assert!(said("worker.after_claim:soon").contains("write a number from 1"));
    }

    #[test]
    fn only_a_build_that_has_them_accepts_one() {
        use crate::config::Config;

        match Config::parse_toml("failpoint = 'worker.after_claim:2'") {
            Ok(config) => assert!(ENABLED && config.failpoint.is_some_and(|arming| arming.nth == 2)),
            Err(error) => assert!(!ENABLED && error.to_string().contains("build with --features failpoints")),
        }
    }

    /// Run by the test below in a process of its own, since it ends with a crash.
    #[cfg(feature = "failpoints")]
    #[test]
    #[ignore = "crashes on purpose; another test runs it"]
    fn passes_the_armed_point_three_times() {
        use crate::config::{Config, Overrides};

        let config = Config::load(None, &Overrides::new()).unwrap();
        arm(config.failpoint);
        for time in 1..=3 {
            eprintln!("passing {time}");
            hit(Point::WorkerAfterClaim);
        }
        eprintln!("alive");
    }

    #[cfg(feature = "failpoints")]
    fn run_armed(arming: &str) -> (bool, String) {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "--nocapture",
                "failpoint::tests::passes_the_armed_point_three_times",
            ])
            .env("PROSPECTOR_FAILPOINT", arming)
            .output()
            .unwrap();
        (child.status.success(), String::from_utf8_lossy(&child.stderr).into_owned())
    }

    #[cfg(feature = "failpoints")]
    #[test]
    fn the_armed_point_crashes_at_the_time_asked_for() {
        let (survived, said) = run_armed("worker.after_claim:2");
        assert!(!survived && said.contains("passing 2") && !said.contains("passing 3"), "{said}");
        assert!(said.contains("fail-point worker.after_claim:2: crashing"), "{said}");

        let (survived, said) = run_armed("worker.after_claim:4");
        assert!(survived && said.contains("alive"), "{said}");
    }
}
