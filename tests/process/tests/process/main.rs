//! Tests of the whole: the real programs, started, watched, killed and started again.
//!
//! Whatever is done to them, each test ends with the same account: every accepted message came to rest once (lost = 0),
//! and a sink that deduplicates by id acted once on each reply that counts as sent and on no other (duplicates = 0).

#![cfg(test)]

mod account;
mod backup;
mod cli;
mod client;
mod crash;
mod demo;
mod dependencies;
mod deploy;
mod drain;
mod engine;
mod failpoints;
mod house;
mod journey;
mod load;
mod prometheus;
mod rolling;
mod settings_file;
mod texts;
mod top;
mod traces;
mod weather;
