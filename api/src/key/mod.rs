//! API keys: how one is written, checked and hashed, and what it may do. Pure; keeping and finding keys is the store's.

mod format;

pub use format::{KeyHash, MalformedKey, NewKey, PREFIX};
pub use prospector_domain::access::{InvalidScope, Scope, Scopes};
