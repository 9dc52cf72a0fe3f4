//! One file a command.

pub(crate) mod bench;
pub(crate) mod bench_engine;
pub(crate) mod builds;
pub(crate) mod candidates;
pub(crate) mod config;
pub(crate) mod cost;
pub(crate) mod doctor;
pub(crate) mod drafts;
pub(crate) mod enqueue;
pub(crate) mod facts;
pub(crate) mod gate;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod nodes;
pub(crate) mod publish;
pub(crate) mod settings;
pub(crate) mod simulate;
pub(crate) mod sink;
pub(crate) mod store;
pub(crate) mod threads;
pub(crate) mod top;
pub(crate) mod up;
pub(crate) mod workflows;
