//! A plan while it is being made: what was already decided counts against the limits of what follows.

use uuid::Uuid;

use super::{Action, Cause, Command, Observation, Parameters, Plan, commitment_of_order};
use crate::cost::MicroUsd;

/// A plan in the making.
pub(super) struct Draft<'a> {
    parameters: &'a Parameters,
    seen: &'a Observation,
    commands: Vec<Command>,
    notes: Vec<String>,
    wake_at_ms: Option<i64>,
    ordered: u32,
}

impl<'a> Draft<'a> {
    pub(super) fn new(parameters: &'a Parameters, seen: &'a Observation) -> Self {
        Self { parameters, seen, commands: Vec::new(), notes: Vec::new(), wake_at_ms: None, ordered: 0 }
    }

    /// Adds a sentence to the plan's reason.
    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Asks to be woken then, at the latest; a time that has passed means as soon as it is sensible.
    pub(super) fn wake_at(&mut self, at_ms: i64) {
        let at_ms = at_ms.max(self.seen.now_ms + 1);
        self.wake_at_ms = Some(self.wake_at_ms.map_or(at_ms, |earlier| earlier.min(at_ms)));
    }

    /// Whether something was already decided about this machine.
    pub(super) fn is_decided(&self, id: Uuid) -> bool {
        self.commands.iter().any(|command| command.action.machine() == Some(id))
    }

    pub(super) fn drain(&mut self, id: Uuid, cause: Cause, reason: String) {
        self.command(Action::Drain(id), cause, reason);
    }

    pub(super) fn resume(&mut self, id: Uuid, cause: Cause, reason: String) {
        self.command(Action::Resume(id), cause, reason);
    }

    pub(super) fn destroy(&mut self, id: Uuid, cause: Cause, reason: String) {
        self.command(Action::Destroy(id), cause, reason);
    }

    pub(super) fn give_up(&mut self, id: Uuid, cause: Cause, reason: String) {
        self.command(Action::GiveUp(id), cause, reason);
    }

    /// Orders a machine when every limit allows it, and notes which one does not; whether it did.
    pub(super) fn order(&mut self, cause: Cause, reason: String) -> bool {
        match self.obstacle() {
            None => {
                self.ordered += 1;
                self.command(Action::Provision, cause, reason);
                true
            }
            Some(obstacle) => {
                self.note(format!("{reason}, but {obstacle}"));
                false
            }
        }
    }

    pub(super) fn finish(mut self) -> Plan {
        if self.notes.is_empty() {
            self.notes.push(match self.commands.as_slice() {
                [] => "nothing waits, nothing runs, nothing costs money".to_owned(),
                commands => {
                    commands.iter().map(|command| command.reason.as_str()).collect::<Vec<_>>().join("; ")
                }
            });
        }
        Plan { commands: self.commands, reason: self.notes.join("; "), wake_at_ms: self.wake_at_ms }
    }

    fn command(&mut self, action: Action, cause: Cause, reason: String) {
        // What was commanded changes what is seen; whoever carries it out asks again, and this is the safety net.
        self.wake_at(self.seen.now_ms + self.parameters.recheck_ms);
        self.commands.push(Command { action, cause, reason });
    }

    /// Why no further machine may be ordered.
    fn obstacle(&mut self) -> Option<String> {
        let limits = &self.seen.limits;
        let most = self.parameters.max_machines.min(limits.max_machines) as usize;
        let existing = self.seen.machines.len() + self.ordered as usize;
        if existing >= most {
            return Some(format!("{existing} of at most {most} machines exist"));
        }
        let Some(offer) = &self.seen.offer else { return Some("no provider offers one".to_owned()) };
        if let Some(blocked) = &limits.blocked
            && blocked.until_ms > self.seen.now_ms
        {
            let reason = format!("ordering is blocked: {}", blocked.why);
            self.wake_at(blocked.until_ms);
            return Some(reason);
        }
        if limits.provisions_left.is_some_and(|left| left <= self.ordered) {
            return Some("no more may be ordered within this hour".to_owned());
        }
        let needed = commitment_of_order(self.parameters, offer);
        let left = limits.left()? - MicroUsd(needed.0.saturating_mul(i64::from(self.ordered)));
        (left < needed).then(|| format!("the budget has {left} left and an order commits {needed}"))
    }
}

/// A duration as people say it: `0.4 s`, `52 s`, `4 min 30 s`, `2 h 5 min`.
pub(super) fn said(duration_ms: i64) -> String {
    let seconds = duration_ms / 1_000;
    match seconds {
        ..10 if duration_ms % 1_000 != 0 => format!("{:.1} s", duration_ms as f64 / 1_000.0),
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}
