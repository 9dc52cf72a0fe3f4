//! Delivering signed webhooks (Standard Webhooks), and reading what became of them.
//!
//! The one question that matters afterwards is whether the message may have arrived. Every failure is sorted by that:
//! certainly not, certainly refused, or nobody knows. Nothing here touches the store.

mod address;
mod answer;
mod message;
mod sink;

pub use self::sink::InvalidSink;
pub(crate) use self::{
    answer::{Delivery, Note},
    message::{JobFinished, MessageSend, ThreadRef},
    sink::{Parcel, Sink},
};
