//! A busy evening of the guesthouse, for tests of what is drawn.

use std::collections::BTreeMap;

use prospector_domain::{
    candidate::CandidateState,
    event::{Event, EventKind},
    hold::HoldReason,
    job::{JobKind, JobState},
    mode::Mode,
    node::{CostPhase, NodePhase},
    time::{HOUR_MS, MINUTE_MS, SECOND_MS, UnixMs},
};
use prospector_store::{FinishedLook, Overview, QUEUED_COUNTED_MAX, QueueLook, WorkerLook};
use serde_json::json;

use super::snapshot::{Leader, Machine, Money, Snapshot};

/// When it was read: noon.
pub(super) const NOW: UnixMs = UnixMs(1_772_366_400_000);

pub(super) fn snapshot() -> Snapshot {
    Snapshot {
        at_ms: NOW,
        database: "postgres".to_owned(),
        mode: Mode::Go,
        channel_modes: BTreeMap::from([("web".to_owned(), Mode::Draft)]),
        draft_engine: "do-gpu-mistral-nemo-12b_2026-06-29.1".parse().unwrap(),
        leader: Some(Leader {
            owner: "scheduler-01920000-0000-7000-8000-00000000abcd".to_owned(),
            epoch: 3,
            until_ms: NOW.plus_ms(12 * SECOND_MS),
        }),
        overview: overview(),
        machines: machines(),
        money: Money {
            spent_microusd: 1_234_000,
            by_phase_microusd: BTreeMap::from([
                (CostPhase::Boot, 204_000),
                (CostPhase::Busy, 1_030_000),
                (CostPhase::Idle, 0),
            ]),
            budget_microusd: 10_000_000,
            left_microusd: 8_766_000,
        },
        events: (0..60).map(event).collect(),
    }
}

fn overview() -> Overview {
    let queue = |kind, queued, due, parked, running, dead, oldest_ms: i64| QueueLook {
        kind,
        queued,
        due,
        parked,
        running,
        dead,
        oldest_run_at_ms: Some(NOW.plus_ms(-oldest_ms)),
        paused: kind == JobKind::Judge,
    };
    let worker = |owner: &str, kind, jobs, lease_ms| WorkerLook {
        owner: format!("worker-01920000-0000-7000-8000-000000{owner}"),
        kind,
        jobs,
        oldest_started_at_ms: Some(NOW.plus_ms(-75 * SECOND_MS)),
        first_lease_until_ms: NOW.plus_ms(lease_ms),
    };
    let finished =
        |kind, state, jobs| FinishedLook { kind, state, jobs, first_finished_at_ms: NOW.plus_ms(-MINUTE_MS) };
    Overview {
        queues: vec![
            queue(JobKind::Classify, 12, 4, 0, 2, 0, -3_000),
            queue(JobKind::Draft, QUEUED_COUNTED_MAX, 4_000, 20_000, 31, 2, 2 * HOUR_MS),
            queue(JobKind::Judge, 5, 5, 0, 0, 0, 45_000),
            queue(JobKind::Dispatch, 3, 0, 0, 1, 1, -9_000),
            QueueLook { oldest_run_at_ms: None, ..queue(JobKind::Probe, 0, 0, 0, 0, 0, 0) },
        ],
        workers: vec![
            worker("00aa01", JobKind::Classify, 2, 29_000),
            worker("00aa01", JobKind::Draft, 16, 24_000),
            worker("00aa02", JobKind::Draft, 15, -4_000),
            worker("00aa03", JobKind::Dispatch, 1, 28_000),
        ],
        finished: vec![
            finished(JobKind::Classify, JobState::Succeeded, 118),
            finished(JobKind::Draft, JobState::Succeeded, 97),
            finished(JobKind::Draft, JobState::Dead, 2),
            finished(JobKind::Dispatch, JobState::Succeeded, 64),
        ],
        candidates: BTreeMap::from([
            (CandidateState::Classifying, 12),
            (CandidateState::Drafting, 4_031),
            (CandidateState::PendingReview, 7),
            (CandidateState::Held, 12),
            (CandidateState::Sent, 3_412),
            (CandidateState::Superseded, 88),
        ]),
        holds: BTreeMap::from([
            (HoldReason::SpecConflict, 3),
            (HoldReason::Safety, 1),
            (HoldReason::Paused, 8),
        ]),
    }
}

fn machines() -> Vec<Machine> {
    let machine = |phase, age_ms: i64, error: Option<&str>| Machine {
        id: "01920000-0000-7000-8000-0000000000d1".parse().unwrap(),
        engine: "do-gpu-mistral-nemo-12b_2026-06-29.1".parse().unwrap(),
        provider: "digitalocean".to_owned(),
        region: "tor1".to_owned(),
        size: "gpu-l40sx1-48gb".to_owned(),
        phase,
        phase_at_ms: NOW.plus_ms(-age_ms),
        cost_microusd: 617_000,
        error: error.map(str::to_owned),
    };
    vec![
        machine(NodePhase::Ready, 41 * MINUTE_MS, None),
        machine(NodePhase::Booting, 95_000, Some("no capacity")),
    ]
}

fn event(nth: i64) -> Event {
    let kinds = [EventKind::InboundAccepted, EventKind::Classified, EventKind::Held, EventKind::Sent];
    let at = usize::try_from(nth).unwrap() % kinds.len();
    Event {
        seq: 1_000 - nth,
        at_ms: NOW.plus_ms(-nth * SECOND_MS),
        kind: kinds[at],
        thread_id: None,
        candidate_id: Some(format!("01920000-0000-7000-8000-{:012x}", 4_096 + nth).parse().unwrap()),
        job_id: None,
        data: if at == 2 { json!({"reason": "spec_conflict"}) } else { json!({}) },
    }
}
