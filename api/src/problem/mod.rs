//! What is said when a request is turned down: RFC 9457 problem details with stable codes.

mod code;
mod details;
mod from_store;

pub(crate) use code::Code;
pub(crate) use details::{FieldError, Problem, ProblemBody};
