//! What machines cost: integer maths over intervals. Pure.

mod money;
mod settle;

pub use money::{Billing, MicroUsd};
pub use settle::{CallShare, Interval, MeteredCall, Session, Settlement, SpentOn, settle};
