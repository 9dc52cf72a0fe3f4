//! What Prospector decides, and nothing of how it is carried out.
//!
//! Architecture invariant: this crate is pure. It has no tokio, no sqlx, no clock, no randomness and no I/O; every
//! function takes values, among them `now`, and returns values.

pub mod acceptable;
pub mod access;
pub mod admission;
pub mod candidate;
pub mod classify;
pub mod consent;
pub mod content_hash;
pub mod decision;
mod document;
pub mod engine;
pub mod event;
pub mod example;
pub mod facts;
pub mod gate;
pub mod hold;
pub mod id;
pub mod intent;
pub mod invariant;
pub mod job;
pub mod judgement;
pub mod mode;
pub mod money;
pub mod node;
pub mod playbook;
pub mod quiet_hours;
pub mod record;
pub mod retry;
pub mod safety;
pub mod single_job;
pub mod situation;
pub mod source;
pub mod template;
mod text;
pub mod time;
pub mod workflow;
