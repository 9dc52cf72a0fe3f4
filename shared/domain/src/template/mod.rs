//! The canon: fixed texts by template key, and the voice they are written in. One store of both, read by the template
//! engine and by the prompts of workflows.
//!
//! A fixed text is filled from the business's facts and from nothing else: whatever a guest wrote, it never gets into
//! one. Before a text enters the canon it is rendered with the facts in force and passes the same gate as any draft.

mod canon;
mod check;
mod entry;
mod key;
mod render;
mod view;

pub use canon::{CANON_MAX_BYTES, Canon, CanonError};
pub use check::{CanonFault, TemplateFault};
pub use entry::{CanonEntry, CanonKind, InvalidEntry, Template, VoiceRule};
pub use key::{InvalidTemplateKey, TEMPLATE_KEY_COUNT, TemplateKey};
pub use render::{RenderContext, RenderError, render};
