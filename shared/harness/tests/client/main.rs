//! The client against servers that misbehave as real ones have been seen to.

#![cfg(test)]

mod faults;
mod protocol;
mod readiness;
mod script;
mod telemetry;
