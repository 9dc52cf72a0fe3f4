//! Whole journeys through a real worker: SQLite, the in-process queue, a clock that the test moves, and a real receiver
//! of webhooks.

#![expect(clippy::unwrap_used, reason = "a test has no other use for a failure")]

mod admission;
mod delivery;
mod durability;
mod gate;
mod house;
mod reading;
mod replies;
mod single;
