//! Reading requests: bodies, query parameters, ids in addresses, trace context. Everything that can be wrong with one is
//! a problem that names the place.

mod body;
mod headers;
mod json;
mod page;
mod path;
mod query;

pub(crate) use body::read_body;
pub(crate) use headers::{TRACEPARENT, TraceContext, media_type};
pub(crate) use json::{JsonBody, OptionalJsonBody, data_problem, parse_json, parse_object};
pub(crate) use page::{Cursor, Limit, Page};
pub(crate) use path::PathId;
pub(crate) use query::Params;
