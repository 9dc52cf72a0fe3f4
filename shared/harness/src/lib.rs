//! `ai-harness`: tasks and workflows on open-weight models that one hosts oneself, on machines that are rented only while
//! there is work.
//!
//! It talks to OpenAI-compatible servers (vLLM, llama.cpp) without anything in between, turns typed tasks and versioned
//! workflows into prompts and answers, decides when a machine is worth its rent, and says what it cost.
//!
//! Architecture invariants: it knows no guest, thread or panel, and depends on none of Prospector's crates, so that a
//! second application can use it. What decides ([`lifecycle`], [`cost`]) is pure: no clock, no chance, no I/O. What acts
//! ([`client`], [`pool`], [`providers`]) is handed time and ids, and reads the monotonic clock for durations only.

pub mod client;
pub mod cost;
pub mod lifecycle;
pub mod metric;
pub mod pool;
pub mod providers;
pub mod simulate;
pub mod task;
pub mod workflow;

mod secret;
mod settings;
mod stopwatch;

pub use secret::Secret;
pub use settings::{InvalidSettings, SettingProblem};
