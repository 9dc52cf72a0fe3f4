//! The model engine, as handlers use it: where it answers, what it is asked, and what that used.
//!
//! Workers talk straight to the machines that the store says are ready. Whether there are any, and what they cost, is the
//! scheduler's business; a handler that finds none gives its job back to wait, which costs no attempt.
//!
//! Architecture invariants: with the `template` engine in force nothing here talks to anybody; and what a model says is
//! a proposal, which becomes a reply only behind the gate.

mod asked;
mod asker;
mod call_log;
mod choose;
mod compose;
mod endpoints;
mod judge;
mod read;

pub(crate) use self::{
    asked::{Asked, LOOK_AGAIN_MS, wait_for},
    asker::Asker,
    call_log::CallLog,
    choose::{Crossroads, choose},
    compose::{Composed, Composer},
    endpoints::Endpoints,
    judge::{Question, judge, none as no_judgement},
    read::read_intent,
};
