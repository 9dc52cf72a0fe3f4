//! What machines cost: integer maths over intervals. Pure.

mod money;

pub use money::{Billing, MicroUsd};
