//! A crash at every named place between two effects, and somebody else who goes on from there.

use std::os::unix::process::ExitStatusExt as _;

use prospector_domain::{candidate::CandidateState, hold::HoldReason};
use prospector_runtime::failpoint::{self, Point};
use prospector_testkit::{Program, SinkAnswer, wait_until};

use crate::{
    house::{House, LONG},
    load::mixed,
};

/// What `abort` ends a process with.
const SIGABRT: i32 = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_every_point_loses_nothing_postgres_redis() {
    let house = House::of_servers().await;
    let mut staff = Staff { worker: None, scheduler: None, api: None };
    for point in failpoint::ALL.iter().filter(|point| !is_about_machines(**point)) {
        eprintln!("-- {point}");
        crash_at(&house, &mut staff, *point).await;
        let totals = house.account().await;
        assert!(totals.of(CandidateState::Sent) > 0, "{point}: {totals:?}");
    }
}

/// Those are passed only where machines are rented; `engine.rs` crashes there.
fn is_about_machines(point: Point) -> bool {
    point.to_string().contains("_node_")
}

/// Who is at work. Between two points nobody is missing.
struct Staff {
    worker: Option<Program>,
    scheduler: Option<Program>,
    api: Option<Program>,
}

impl Staff {
    fn post(&mut self, role: &str) -> &mut Option<Program> {
        match role {
            "worker" => &mut self.worker,
            "scheduler" => &mut self.scheduler,
            "api" => &mut self.api,
            other => panic!("no role is called {other}"),
        }
    }

    async fn complete(&mut self, house: &House) {
        for role in ["scheduler", "worker", "api"] {
            if self.post(role).is_none() {
                *self.post(role) = Some(house.start(role).await);
            }
        }
    }
}

/// A journey in which the role that owns `point` crashes there, and is replaced.
async fn crash_at(house: &House, staff: &mut Staff, point: Point) {
    let name = point.to_string();
    let (role, _) = name.split_once('.').expect("a point is <role>.<place>");
    staff.complete(house).await;
    prepare(house, staff, point).await;
    // The place is vacated first, so that only the armed one can do the work.
    *staff.post(role) = None;
    let mut armed = house.spawn(role, &[("PROSPECTOR_FAILPOINT", &name)]);
    if role == "api" {
        house.client.ready().await;
    }
    let feeding = house.feed(mixed(&format!("at-{name}"), 5));
    if point == Point::SchedulerAfterRelease {
        let released = paused(house, 4).await;
        let _ = house.ask(&["settings", "mode", "go"]);
        assert!(released >= 4);
    }
    armed.wait_for_line(&format!("fail-point {name}:1: crashing"), LONG).await;
    let status = armed.wait_exit(LONG).await;
    assert_eq!(status.signal(), Some(SIGABRT), "{point}: {status}");
    staff.complete(house).await;
    feeding.await.unwrap();
}

/// Brings about what some points need before they are passed at all.
async fn prepare(house: &House, staff: &mut Staff, point: Point) {
    match point {
        Point::SchedulerAfterRescue => {
            // A worker that vanishes with a webhook under way.
            let calls = house.sink.received().len();
            house.sink.answer_next([SinkAnswer::TakeInSilence]);
            house.hand_in(mixed("vanishing", 1)).await;
            house.called(calls + 1).await;
            staff.scheduler = None;
            staff.worker = None;
            staff.worker = Some(house.start("worker").await);
        }
        Point::SchedulerAfterRelease => {
            let _ = house.ask(&["settings", "mode", "pause"]);
        }
        Point::SchedulerAfterPrune => {
            staff.scheduler = None;
            // Jobs that finished in 1970 are past any retention.
            let aged = house.sql(
                "WITH aged AS (UPDATE jobs SET finished_at_ms = 1 WHERE state = 'succeeded' RETURNING 1) \
                 SELECT count(*) > 0 FROM aged",
            );
            assert_eq!(aged, "t");
        }
        _ => {}
    }
}

/// Waits until so many candidates are held because sending is paused.
async fn paused(house: &House, candidates: i64) -> i64 {
    wait_until("candidates are held by the pause", LONG, async || {
        let counts = house.store.count_outcomes().await.ok()?;
        let held = counts.iter().find(|count| count.hold_reason == Some(HoldReason::Paused))?.candidates;
        (held >= candidates).then_some(held)
    })
    .await
}
