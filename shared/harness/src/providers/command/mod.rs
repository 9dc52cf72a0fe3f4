//! `command`: an inference server as a local process, for a machine of one's own with a GPU, and for tests.
//!
//! What is running is decided by the processes themselves: each carries its node's id in its environment, so that one is
//! found even when whoever started it died before it could write anything down. The state folder only adds what a
//! process cannot say, and a process is never signalled by its number alone, because numbers are used again.

mod environment;
mod local;
mod process;
mod provider;
mod settings;
mod state;
mod template;

pub use provider::CommandProvider;
pub use settings::CommandSettings;
