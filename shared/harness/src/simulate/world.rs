//! A world in virtual time: a trace arrives, machines boot, serve and end as a policy commands.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use uuid::Uuid;

use super::{Policy, Request, Setup, setup::Boots};
use crate::{
    cost::MicroUsd,
    lifecycle::{
        Action, Boot, History, Limits, Machine, Observation, Phase, Plan, QueuedJob, Work, committed,
    },
};

const A_DAY_MS: i64 = 86_400_000;
/// Rounds of asking and obeying at one moment, after which time goes on in any case.
const ROUNDS_MAX: usize = 32;

/// What happened under one policy.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What all machines cost.
    pub cost: MicroUsd,
    /// How long each request waited for the end of its answer, in the order of arrival.
    pub waits_ms: Vec<i64>,
    /// Time in which machines took work and had none, in milliseconds.
    pub idle_ms: i64,
    /// The life of every machine, in the order of their orders.
    pub lives: Vec<Life>,
}

/// The life of one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// When it was ordered.
    pub ordered_ms: i64,
    /// When it became ready; none when it never did.
    pub ready_ms: Option<i64>,
    /// When it was destroyed.
    pub destroyed_ms: i64,
}

/// What will happen by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Finished { machine: Uuid, took_ms: i64 },
    Ready { machine: Uuid },
}

/// Runs a trace under a policy.
pub(super) fn run(setup: &Setup, trace: &[Request], policy: &mut dyn Policy) -> Run {
    let mut world = World::new(setup, trace);
    let first_ms = trace.first().map_or(0, |request| request.arrived_ms);
    world.wake_at_ms = Some(first_ms - policy.ahead_ms());
    while let Some(now_ms) = world.next_moment() {
        world.advance(now_ms);
        let is_over = if policy.ends_with_the_trace() { world.is_over() } else { world.is_given_up() };
        if is_over {
            world.destroy_all();
            break;
        }
        for _ in 0..ROUNDS_MAX {
            let plan = policy.plan(world.observe());
            if !world.obey(&plan) {
                break;
            }
        }
    }
    world.run
}

struct World<'a> {
    setup: &'a Setup,
    trace: &'a [Request],
    boots: Boots,
    /// What the policy is shown; kept up to date instead of being made anew at every look.
    seen: Observation,
    arrived: usize,
    queue: VecDeque<usize>,
    events: BinaryHeap<Reverse<(i64, Event)>>,
    wake_at_ms: Option<i64>,
    run: Run,
}

impl<'a> World<'a> {
    fn new(setup: &'a Setup, trace: &'a [Request]) -> Self {
        let history = History { slots: setup.service.slots, ..History::default() };
        let seen = Observation {
            now_ms: 0,
            work: Work::default(),
            machines: Vec::new(),
            history,
            offer: Some(setup.billing),
            limits: Limits::machines_only(setup.parameters.max_machines),
        };
        Self {
            setup,
            trace,
            boots: Boots::new(setup.boot, setup.seed),
            seen,
            arrived: 0,
            queue: VecDeque::new(),
            events: BinaryHeap::new(),
            wake_at_ms: None,
            run: Run { waits_ms: vec![0; trace.len()], ..Run::default() },
        }
    }

    fn next_moment(&self) -> Option<i64> {
        let arrival_ms = self.trace.get(self.arrived).map(|request| request.arrived_ms);
        let event_ms = self.events.peek().map(|Reverse((at_ms, _))| *at_ms);
        [arrival_ms, event_ms, self.wake_at_ms].into_iter().flatten().min()
    }

    /// Whether every request was answered.
    fn is_over(&self) -> bool {
        self.arrived == self.trace.len() && !self.seen.work.is_any()
    }

    /// Whether a budget has kept requests waiting for so long after the last arrival that no more will come of it.
    fn is_given_up(&self) -> bool {
        let last_ms = self.trace.last().map_or(0, |request| request.arrived_ms);
        self.setup.budget.is_some() && self.seen.now_ms > last_ms + A_DAY_MS && self.seen.work.in_flight == 0
    }

    /// Lets everything happen that is due by then.
    fn advance(&mut self, now_ms: i64) {
        self.seen.now_ms = now_ms;
        if self.wake_at_ms.is_some_and(|at_ms| at_ms <= now_ms) {
            self.wake_at_ms = None;
        }
        while let Some(Reverse((at_ms, event))) = self.events.peek().copied()
            && at_ms <= now_ms
        {
            self.events.pop();
            self.happen(event);
        }
        while let Some(request) = self.trace.get(self.arrived)
            && request.arrived_ms <= now_ms
        {
            self.arrive(request.arrived_ms);
        }
        self.dispatch();
    }

    fn arrive(&mut self, arrived_ms: i64) {
        keep_newest(&mut self.seen.history.arrivals_ms, arrived_ms, History::ARRIVALS_MAX);
        self.queue.push_back(self.arrived);
        self.arrived += 1;
        self.seen.work.queued += 1;
    }

    fn happen(&mut self, event: Event) {
        let now_ms = self.seen.now_ms;
        match event {
            Event::Ready { machine } => {
                let Some(machine) = self.seen.machines.iter_mut().find(|candidate| candidate.id == machine)
                else {
                    return;
                };
                (machine.phase, machine.phase_since_ms, machine.idle_since_ms) =
                    (Phase::Ready, now_ms, now_ms);
                let boot = Boot { took_ms: now_ms - machine.billed_since_ms, succeeded: true };
                self.run.lives[place(machine.id)].ready_ms = Some(now_ms);
                keep_newest(&mut self.seen.history.boots, boot, History::BOOTS_MAX);
            }
            Event::Finished { machine, took_ms } => {
                self.seen.work.in_flight -= 1;
                keep_newest(&mut self.seen.history.job_ms, took_ms, History::JOBS_MAX);
                if let Some(machine) = self.seen.machines.iter_mut().find(|candidate| candidate.id == machine)
                {
                    machine.in_flight -= 1;
                    machine.idle_since_ms = now_ms;
                }
            }
        }
    }

    /// Gives waiting requests, oldest first, to the least busy machines with a free slot.
    fn dispatch(&mut self) {
        let now_ms = self.seen.now_ms;
        while let Some(&request) = self.queue.front() {
            let slots = u64::from(self.setup.service.slots);
            let free = self.seen.machines.iter_mut().filter(|machine| machine.phase == Phase::Ready);
            let Some(machine) = free
                .filter(|machine| machine.in_flight < slots)
                .min_by_key(|machine| (machine.in_flight, machine.id))
            else {
                return;
            };
            if machine.in_flight == 0 {
                self.run.idle_ms += now_ms - machine.idle_since_ms;
            }
            machine.in_flight += 1;
            let took_ms = self.setup.service.takes_ms(&self.trace[request]);
            self.events.push(Reverse((now_ms + took_ms, Event::Finished { machine: machine.id, took_ms })));
            self.run.waits_ms[request] = now_ms + took_ms - self.trace[request].arrived_ms;
            self.queue.pop_front();
            self.seen.work.queued -= 1;
            self.seen.work.in_flight += 1;
        }
    }

    fn observe(&mut self) -> &Observation {
        let (parameters, now_ms) = (&self.setup.parameters, self.seen.now_ms);
        let committed = self.seen.machines.iter().map(|machine| committed(parameters, machine, now_ms)).sum();
        self.seen.limits.left_today = self.setup.budget.map(|budget| budget - self.run.cost - committed);
        let objective_ms = self.setup.objective_ms();
        let work = &mut self.seen.work;
        work.urgent.clear();
        work.urgent.extend(self.queue.iter().take(Work::URGENT_MAX).map(|request| {
            let arrived_ms = self.trace[*request].arrived_ms;
            QueuedJob { deadline_ms: arrived_ms + objective_ms, arrived_ms }
        }));
        &self.seen
    }

    /// Does what a plan commands; whether that was anything.
    fn obey(&mut self, plan: &Plan) -> bool {
        self.wake_at_ms = plan.wake_at_ms;
        for command in &plan.commands {
            match command.action {
                Action::Provision => self.order(),
                Action::Drain(id) => self.change(id, Phase::Draining),
                Action::Resume(id) => self.change(id, Phase::Ready),
                Action::Destroy(id) => self.destroy(id),
                Action::GiveUp(id) => {
                    self.note_failed_boot(id);
                    self.destroy(id);
                }
            }
        }
        self.dispatch();
        !plan.commands.is_empty()
    }

    fn order(&mut self) {
        let now_ms = self.seen.now_ms;
        let id = Uuid::from_u128(self.run.lives.len() as u128);
        let boot_ms = self.boots.next_boot();
        if let Some(boot_ms) = boot_ms {
            self.events.push(Reverse((now_ms + boot_ms, Event::Ready { machine: id })));
        }
        self.run.lives.push(Life { ordered_ms: now_ms, ready_ms: None, destroyed_ms: now_ms });
        self.seen.machines.push(Machine {
            id,
            phase: Phase::Booting,
            phase_since_ms: now_ms,
            billed_since_ms: now_ms,
            in_flight: 0,
            idle_since_ms: now_ms,
            billing: self.setup.billing,
            permanent: false,
            failed_probes: 0,
        });
    }

    fn change(&mut self, id: Uuid, phase: Phase) {
        if let Some(machine) = self.seen.machines.iter_mut().find(|machine| machine.id == id) {
            (machine.phase, machine.phase_since_ms) = (phase, self.seen.now_ms);
        }
    }

    fn note_failed_boot(&mut self, id: Uuid) {
        if let Some(machine) = self.seen.machines.iter().find(|machine| machine.id == id) {
            let boot = Boot { took_ms: self.seen.now_ms - machine.billed_since_ms, succeeded: false };
            keep_newest(&mut self.seen.history.boots, boot, History::BOOTS_MAX);
        }
    }

    fn destroy(&mut self, id: Uuid) {
        let now_ms = self.seen.now_ms;
        let Some(position) = self.seen.machines.iter().position(|machine| machine.id == id) else { return };
        let machine = self.seen.machines.remove(position);
        debug_assert_eq!(machine.in_flight, 0, "work ran on a machine that was destroyed");
        self.run.cost += machine.billing.cost(now_ms - machine.billed_since_ms);
        self.run.lives[place(id)].destroyed_ms = now_ms;
        if !machine.phase.is_coming() {
            self.run.idle_ms += now_ms - machine.idle_since_ms;
        }
    }

    fn destroy_all(&mut self) {
        while let Some(machine) = self.seen.machines.first() {
            self.destroy(machine.id);
        }
    }
}

/// Where a machine's life is kept: ids are given in order.
fn place(id: Uuid) -> usize {
    id.as_u128() as usize
}

fn keep_newest<T>(all: &mut Vec<T>, newest: T, most: usize) {
    if all.len() == most {
        all.remove(0);
    }
    all.push(newest);
}
