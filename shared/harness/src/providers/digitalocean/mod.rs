//! `digitalocean`: GPU droplets through the public API, each started by cloud-init as a vLLM server.
//!
//! What the API is like, and what follows from it: a create has no idempotency key, so it is sent once and a lost answer
//! is [`AnswerUnknown`](super::ProviderErrorKind::AnswerUnknown); the list leaves GPU droplets out unless asked for
//! them, and cannot be asked for them and a tag at once; tags are put on after the creation, so machines are known by
//! their names too.

mod api;
mod cloud_init;
mod provider;
mod settings;
mod wire;

pub use provider::{DigitalOceanProvider, DigitalOceanSecrets};
pub use settings::{DigitalOceanSettings, VllmSettings, VolumeSettings};
