//! What the policy says in situations that an operator meets, word for word.

use uuid::Uuid;

use super::*;
use crate::cost::{Billing, MicroUsd};

const NOW_MS: i64 = 100_000_000;
const BILLING: Billing = Billing { price_microusd_per_hour: 3_600_000, granularity_ms: 1_000, minimum_ms: 0 };

fn parameters(objective_s: i64) -> Parameters {
    Parameters { latency_objective_ms: objective_s * 1_000, ..Parameters::default() }
}

/// Twenty boots of 270 s, fifty jobs of 30 s.
fn seen(objective_s: i64, waits_s: &[i64], machines: Vec<Machine>) -> Observation {
    let job = |wait_s: &i64| {
        let arrived_ms = NOW_MS - wait_s * 1_000;
        QueuedJob { arrived_ms, deadline_ms: arrived_ms + objective_s * 1_000 }
    };
    Observation {
        now_ms: NOW_MS,
        work: Work {
            queued: waits_s.len() as u64,
            urgent: waits_s.iter().map(job).collect(),
            in_flight: machines.iter().map(|machine| machine.in_flight).sum(),
            held: 0,
        },
        machines,
        history: History {
            boots: vec![Boot { took_ms: 270_000, succeeded: true }; 20],
            job_ms: vec![30_000; 50],
            slots: 16,
            arrivals_ms: (0..50).map(|nth| NOW_MS - 50_000_000 + nth * 1_000_000).collect(),
        },
        offer: Some(BILLING),
        limits: Limits::machines_only(2),
    }
}

fn machine(phase: Phase, age_s: i64, in_flight: u64) -> Machine {
    Machine {
        id: Uuid::from_u128(7),
        phase,
        phase_since_ms: NOW_MS - 5_000,
        billed_since_ms: NOW_MS - age_s * 1_000,
        in_flight,
        idle_since_ms: NOW_MS - 5_000,
        billing: BILLING,
        permanent: false,
        failed_probes: 0,
    }
}

fn told(plan: &Plan) -> Vec<(Action, &str)> {
    plan.commands.iter().map(|command| (command.action, command.reason.as_str())).collect()
}

#[test]
fn an_order_is_put_off_as_long_as_the_deadlines_allow() {
    let plan = decide(&parameters(900), &seen(900, &[100, 20], Vec::new()));
    assert_eq!(told(&plan), []);
    assert_eq!(
        plan.reason,
        "2 jobs wait, the first deadline is in 13 min 20 s, boot and job take 5 min 0 s to 5 min 0 s: a machine is ordered in \
         8 min 19 s"
    );
    let wakes_in_s = (plan.wake_at_ms.unwrap() - NOW_MS) / 1_000;
    assert_eq!(wakes_in_s, 499);
    let due = decide(&parameters(900), &seen(900, &[600, 20], Vec::new()));
    assert_eq!(due.commands[0].action, Action::Provision);
}

#[test]
fn the_default_objective_starts_at_once() {
    let plan = decide(&parameters(300), &seen(300, &[1], Vec::new()));
    let reason = "1 jobs wait, the first deadline is in 4 min 59 s, boot and job take 5 min 0 s to 5 min 0 s";
    assert_eq!(told(&plan), [(Action::Provision, reason)]);
}

#[test]
fn a_deep_backlog_is_worth_a_boot_before_any_deadline() {
    let plan = decide(&parameters(7_200), &seen(7_200, &[10; 160], Vec::new()));
    let reason =
        "160 jobs wait, 5 min 0 s of work for a machine that boots in 4 min 30 s: that is worth a boot";
    assert_eq!(told(&plan), [(Action::Provision, reason)]);
}

#[test]
fn a_machine_is_held_while_work_runs_and_let_go_when_the_objective_leaves_room_for_a_boot() {
    let busy = decide(&parameters(900), &seen(900, &[], vec![machine(Phase::Ready, 400, 2)]));
    assert_eq!((told(&busy), busy.reason.as_str()), (vec![], "2 jobs run"));
    let idle = decide(&parameters(900), &seen(900, &[], vec![machine(Phase::Ready, 400, 0)]));
    assert_eq!(told(&idle), [(Action::Drain(Uuid::from_u128(7)), "idle for 5 s of a grace of 0 s")]);
}

#[test]
fn a_paid_hour_is_used_up() {
    let billing = Billing { granularity_ms: 3_600_000, ..BILLING };
    let idle = |age_s| Machine { billing, ..machine(Phase::Ready, age_s, 0) };
    let early = decide(&parameters(900), &seen(900, &[], vec![idle(600)]));
    assert_eq!(
        (told(&early), early.reason.as_str()),
        (vec![], "idle for 5 s; it is paid for another 49 min 30 s")
    );
    let late = decide(&parameters(900), &seen(900, &[], vec![idle(3_571)]));
    assert_eq!(late.commands[0].action, Action::Drain(Uuid::from_u128(7)));
}

#[test]
fn a_boot_in_doubt_gets_a_second_and_one_that_is_over_is_given_up() {
    let doubtful = decide(&parameters(900), &seen(900, &[890], vec![machine(Phase::Booting, 300, 0)]));
    assert_eq!(
        told(&doubtful),
        [(Action::Provision, "not ready after 5 min 0 s, which may well mean never")]
    );
    let over = decide(&parameters(900), &seen(900, &[890], vec![machine(Phase::Booting, 340, 0)]));
    assert_eq!(
        told(&over)[0],
        (Action::GiveUp(Uuid::from_u128(7)), "not ready after 5 min 40 s, given up after 5 min 37 s")
    );
    assert_eq!(told(&over)[1].0, Action::Provision);
}

#[test]
fn what_stands_in_the_way_of_an_order_is_said() {
    let mut seen = seen(300, &[100], Vec::new());
    seen.limits.blocked = Some(Blocked { until_ms: NOW_MS + 60_000, why: "no capacity in ams3".to_owned() });
    let blocked = decide(&parameters(300), &seen);
    assert!(blocked.reason.ends_with("but ordering is blocked: no capacity in ams3"), "{}", blocked.reason);
    seen.limits.blocked = None;
    seen.limits.left_today = Some(MicroUsd(1_000_000));
    let spent = decide(&parameters(300), &seen);
    assert!(
        spent.reason.ends_with("but the budget has $1.00 left and an order commits $1.38"),
        "{}",
        spent.reason
    );
    assert_eq!((told(&blocked), told(&spent)), (vec![], vec![]));
}

#[test]
fn a_machine_is_drained_before_an_hour_begins_that_the_budget_does_not_cover() {
    let billing = Billing { granularity_ms: 3_600_000, ..BILLING };
    let mut seen = seen(900, &[10], vec![Machine { billing, ..machine(Phase::Ready, 3_400, 1) }]);
    seen.limits.left_today = Some(MicroUsd(3_000_000));
    let plan = decide(&parameters(900), &seen);
    let reason = "the budget is exceeded by $0.60 at the next look";
    assert_eq!(told(&plan), [(Action::Drain(Uuid::from_u128(7)), reason)]);
}
