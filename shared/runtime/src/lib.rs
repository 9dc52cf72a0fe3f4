//! What every role starts with: configuration, time and chance, telemetry, health, shutdown, fail-points, and the types
//! a self-check reports in.
//!
//! Architecture invariant: only this crate reads the environment, a clock or a random number. It knows no store, no
//! queue and no job; roles hand it their checks and metrics.

pub mod build_info;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod failpoint;
pub mod health;
pub mod shutdown;
pub mod telemetry;
