//! Machines from a cloud that keeps a bill and fails when told to, in time that stands still unless moved.

mod crash;
mod faults;
mod life;
mod rig;
