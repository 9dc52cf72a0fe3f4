//! What the policy never does, whatever it sees.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::cost::{Billing, MicroUsd};

const NOW_MS: i64 = 10_000_000;

fn any_billing() -> impl Strategy<Value = Billing> {
    (0_i64..10_000_000, prop::sample::select(vec![1, 1_000, 60_000, 3_600_000]), 0_i64..120_000).prop_map(
        |(price_microusd_per_hour, granularity_ms, minimum_ms)| Billing {
            price_microusd_per_hour,
            granularity_ms,
            minimum_ms,
        },
    )
}

fn any_phase() -> impl Strategy<Value = Phase> {
    use Phase::{Booting, Destroying, Draining, Ordered, Ready, Warming};
    prop::sample::select(vec![Ordered, Booting, Warming, Ready, Ready, Ready, Draining, Destroying])
}

fn any_machines() -> impl Strategy<Value = Vec<Machine>> {
    let machine = (any_phase(), 0_i64..4_000_000, 0_i64..2_000_000, 0_u64..4, any_billing(), 0_u32..8);
    prop::collection::vec(machine, 0..5).prop_map(|machines| {
        let made = machines.into_iter().enumerate().map(
            |(nth, (phase, age_ms, since_ms, in_flight, billing, failed_probes))| {
                let works = matches!(phase, Phase::Ready | Phase::Draining);
                Machine {
                    id: Uuid::from_u128(nth as u128),
                    phase,
                    phase_since_ms: NOW_MS - since_ms.min(age_ms),
                    billed_since_ms: NOW_MS - age_ms,
                    in_flight: if works { in_flight } else { 0 },
                    idle_since_ms: NOW_MS - since_ms.min(age_ms),
                    billing,
                    permanent: false,
                    failed_probes,
                }
            },
        );
        made.collect()
    })
}

fn any_history() -> impl Strategy<Value = History> {
    let boots = prop::collection::vec((1_000_i64..1_500_000, prop::bool::weighted(0.9)), 0..40);
    let arrivals = prop::collection::vec(0_i64..3_000_000, 0..80);
    (boots, prop::collection::vec(1_i64..200_000, 0..20), 0_u32..64, arrivals).prop_map(
        |(boots, job_ms, slots, mut arrivals)| {
            arrivals.sort_unstable();
            History {
                boots: boots.into_iter().map(|(took_ms, succeeded)| Boot { took_ms, succeeded }).collect(),
                job_ms,
                slots,
                arrivals_ms: arrivals.into_iter().map(|before_ms| NOW_MS - 3_000_000 + before_ms).collect(),
            }
        },
    )
}

fn any_limits() -> impl Strategy<Value = Limits> {
    let budget = || prop::option::of(-100_000_i64..20_000_000);
    let blocked = prop::option::weighted(0.1, -50_000_i64..50_000);
    (budget(), budget(), prop::option::of(0_u32..4), blocked, 0_u32..5).prop_map(
        |(today, month, provisions_left, blocked, max_machines)| Limits {
            left_today: today.map(MicroUsd),
            left_this_month: month.map(MicroUsd),
            provisions_left,
            blocked: blocked
                .map(|in_ms| Blocked { until_ms: NOW_MS + in_ms, why: "the provider said no".to_owned() }),
            max_machines,
        },
    )
}

prop_compose! {
    fn any_observation()(
        machines in any_machines(),
        mut waits_ms in prop::collection::vec(0_i64..900_000, 0..60),
        objective_ms in 1_000_i64..2_000_000,
        more in prop::sample::select(vec![0_u64, 0, 0, 5_000]),
        held in prop::sample::select(vec![0_u64, 0, 0, 3]),
        history in any_history(),
        offer in prop::option::weighted(0.9, any_billing()),
        limits in any_limits(),
    ) -> (Parameters, Observation) {
        waits_ms.sort_unstable_by_key(|wait_ms| -wait_ms);
        let urgent: Vec<QueuedJob> = waits_ms
            .iter()
            .map(|wait_ms| QueuedJob { arrived_ms: NOW_MS - wait_ms, deadline_ms: NOW_MS - wait_ms + objective_ms })
            .collect();
        let queued = if urgent.is_empty() { 0 } else { urgent.len() as u64 + more };
        let in_flight = machines.iter().map(|machine| machine.in_flight).sum();
        let work = Work { queued, urgent, in_flight, held };
        let parameters = Parameters { latency_objective_ms: objective_ms, max_machines: 3, ..Parameters::default() };
        (parameters, Observation { now_ms: NOW_MS, work, machines, history, offer, limits })
    }
}

fn orders(plan: &Plan) -> usize {
    plan.commands.iter().filter(|command| command.action == Action::Provision).count()
}

fn machine(seen: &Observation, id: Uuid) -> &Machine {
    seen.machines.iter().find(|machine| machine.id == id).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_same_question_gets_the_same_answer((parameters, seen) in any_observation()) {
        prop_assert_eq!(decide(&parameters, &seen), decide(&parameters, &seen));
    }

    #[test]
    fn never_more_than_the_most_machines((parameters, seen) in any_observation()) {
        let plan = decide(&parameters, &seen);
        let most = parameters.max_machines.min(seen.limits.max_machines) as usize;
        prop_assert!(orders(&plan) == 0 || seen.machines.len() + orders(&plan) <= most);
        prop_assert!(seen.limits.provisions_left.is_none_or(|left| orders(&plan) <= left as usize));
        prop_assert!(orders(&plan) == 0 || seen.limits.blocked.as_ref().is_none_or(|blocked| blocked.until_ms <= NOW_MS));
    }

    #[test]
    fn never_past_the_budget((parameters, seen) in any_observation()) {
        let plan = decide(&parameters, &seen);
        if orders(&plan) > 0 {
            let each = commitment_of_order(&parameters, &seen.offer.unwrap());
            let ordered = MicroUsd(each.0 * orders(&plan) as i64);
            prop_assert!(seen.limits.left().is_none_or(|left| ordered <= left), "{ordered} of {:?}", seen.limits.left());
        }
    }

    #[test]
    fn never_destroyed_while_work_runs_on_it_or_while_it_takes_work((parameters, seen) in any_observation()) {
        for command in decide(&parameters, &seen).commands {
            if let Action::Destroy(id) | Action::GiveUp(id) = command.action {
                let machine = machine(&seen, id);
                prop_assert_eq!(machine.in_flight, 0);
                prop_assert!(machine.phase == Phase::Draining || machine.phase.is_coming());
            }
        }
    }

    /// A healthy machine that can be paid is drained only when nothing waits; and the last of them only when nothing runs.
    #[test]
    fn never_released_while_there_is_work_for_it((parameters, seen) in any_observation()) {
        let overspent = commitment::left_at_next_look(&parameters, &seen).is_some_and(|left| left < MicroUsd::ZERO);
        let is_healthy = |machine: &&Machine| {
            machine.phase == Phase::Ready && machine.failed_probes < parameters.failed_probes_max
        };
        let healthy = seen.machines.iter().filter(is_healthy).count();
        let drained: Vec<Uuid> = decide(&parameters, &seen).commands.iter().filter_map(|command| match command.action {
            Action::Drain(id) => Some(id),
            _ => None,
        }).collect();
        let drained_healthy = drained.iter().filter(|id| is_healthy(&machine(&seen, **id))).count();
        if drained_healthy > 0 && !overspent {
            prop_assert!(!seen.work.is_waiting());
            prop_assert!(seen.work.in_flight == 0 || drained_healthy < healthy);
        }
    }

    #[test]
    fn never_idle_past_the_grace_and_what_is_paid((parameters, seen) in any_observation()) {
        let plan = decide(&parameters, &seen);
        if seen.work.is_any() {
            return Ok(());
        }
        for machine in seen.machines.iter().filter(|machine| machine.phase == Phase::Ready) {
            let grace_ends_ms = machine.idle_since_ms + parameters.max_grace_ms;
            let paid_ms = machine.billing.billed_ms(grace_ends_ms.max(NOW_MS) - machine.billed_since_ms);
            let last_ms = grace_ends_ms.max(machine.billed_since_ms + paid_ms);
            let is_drained = plan.commands.iter().any(|command| command.action == Action::Drain(machine.id));
            prop_assert!(is_drained || plan.wake_at_ms.is_some_and(|wake_at_ms| wake_at_ms <= last_ms));
            prop_assert!(is_drained || NOW_MS < last_ms);
        }
    }

    #[test]
    fn whatever_waits_or_costs_money_is_looked_at_again((parameters, seen) in any_observation()) {
        let plan = decide(&parameters, &seen);
        let living = seen.machines.iter().any(|machine| machine.phase != Phase::Destroying);
        if living || seen.work.is_waiting() {
            prop_assert!(plan.wake_at_ms.is_some_and(|wake_at_ms| wake_at_ms > NOW_MS), "{plan:?}");
        }
    }

    #[test]
    fn each_machine_gets_one_command_and_every_command_its_reason((parameters, seen) in any_observation()) {
        let plan = decide(&parameters, &seen);
        let mut told: Vec<Uuid> = plan.commands.iter().filter_map(|command| command.action.machine()).collect();
        let commands = told.len();
        told.sort_unstable();
        told.dedup();
        prop_assert_eq!(told.len(), commands);
        prop_assert!(!plan.reason.is_empty());
        prop_assert!(plan.commands.iter().all(|command| command.reason.chars().any(char::is_numeric)
            || command.reason.contains("nothing")));
    }
}

/// A machine that is there for good is never destroyed, and drained only while it is ill.
#[test]
fn a_permanent_machine_stays() {
    let billing = Billing { price_microusd_per_hour: 0, granularity_ms: 1_000, minimum_ms: 0 };
    let mut machine = Machine {
        id: Uuid::from_u128(1),
        phase: Phase::Ready,
        phase_since_ms: 0,
        billed_since_ms: 0,
        in_flight: 0,
        idle_since_ms: 0,
        billing,
        permanent: true,
        failed_probes: 0,
    };
    let seen = |machine: &Machine| Observation {
        now_ms: NOW_MS,
        work: Work::default(),
        machines: vec![machine.clone()],
        history: History::default(),
        offer: None,
        limits: Limits::machines_only(1),
    };
    assert_eq!(decide(&Parameters::default(), &seen(&machine)).commands, []);
    machine.failed_probes = 9;
    let drained = decide(&Parameters::default(), &seen(&machine));
    assert_eq!(drained.commands[0].action, Action::Drain(machine.id));
    machine.phase = Phase::Draining;
    assert_eq!(decide(&Parameters::default(), &seen(&machine)).commands, []);
}
