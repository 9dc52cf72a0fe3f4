//! The admission gate: whether a reply may go out now, whatever it says. Asked before drafting, and again in the last
//! moment before sending.

mod admit;
mod rules;
mod same_text;

pub use admit::{Admission, AdmissionContext, admit};
pub use rules::{AdmissionRules, FrequencyCap, OPT_OUT_CONFIRMATION_WINDOW_MS};
pub use same_text::same_text_hash;
