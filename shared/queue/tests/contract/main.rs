//! What a queue promises, shown over both ways hints travel, with a real Redis; then what only Redis can do to us.

#![cfg(test)]

mod both_transports;
mod connecting;
mod redis_failures;
mod redis_upkeep;
mod rig;
