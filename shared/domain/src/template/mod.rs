//! The canon: fixed texts by template key, and the voice they are written in.

mod key;

pub use key::{InvalidTemplateKey, TEMPLATE_KEY_COUNT, TemplateKey};
