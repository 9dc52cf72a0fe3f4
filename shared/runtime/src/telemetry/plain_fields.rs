//! Fields as people read them in a line.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, format::Writer},
};

/// What begins so tells the tracer how a span is called and what it is, and repeats the fields beside it.
const FOR_THE_TRACER: &str = "otel.";

/// `name=value`, with the message by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlainFields;

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut line = Line { writer, begun: false, result: Ok(()) };
        fields.record(&mut line);
        line.result
    }
}

struct Line<'w> {
    writer: Writer<'w>,
    begun: bool,
    result: fmt::Result,
}

impl Line<'_> {
    fn write(&mut self, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
        if field.name().starts_with(FOR_THE_TRACER) {
            return Ok(());
        }
        if std::mem::replace(&mut self.begun, true) {
            self.writer.write_char(' ')?;
        }
        match field.name() {
            "message" => write!(self.writer, "{value:?}"),
            name => write!(self.writer, "{name}={value:?}"),
        }
    }
}

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.result.is_ok() {
            self.result = self.write(field, value);
        }
    }
}
