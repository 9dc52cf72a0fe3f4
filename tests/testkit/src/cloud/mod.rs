//! A fake of the DigitalOcean API, with a bill, that fails when told to.
//!
//! It is a real HTTP server. It imitates what is documented and what has been seen: GPU droplets are left out of lists
//! unless asked for, tags are put on after the creation, names are not unique, a create is not idempotent. Time is the
//! test's own, such as a [`ManualClock`](crate::ManualClock), so that the bill is exact.

mod droplet;
mod fake_cloud;
mod fault;
mod routes;
mod state;

pub use droplet::{Boot, CloudDroplet};
pub use fake_cloud::{CLOUD_DESTROY_TOKEN, CLOUD_TOKEN, FakeCloud};
pub use fault::{CloudRefusal, CreateFault, DeleteFault};
