//! Standard output is for results, standard error for everything said on the way.

use std::io::{self, Write as _};

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use prospector_runtime::config::Environment;
use serde::Serialize;

/// Writes one line of a result. A reader that went away, such as `head`, is no failure of ours.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Whether colours may be used.
pub(crate) fn may_colour() -> bool {
    !Environment::of_process().refuses_colour()
}

/// Says something to the person at the terminal.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes a value as indented JSON.
///
/// # Errors
/// When the value has no JSON form, which none of ours lacks.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// An empty table in the one look that all tables have: a line below the header and nothing else.
pub(crate) fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    let style = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));
    table.load_style(style).set_content_arrangement(ContentArrangement::Disabled).set_header(header);
    table
}

/// Writes a table.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>) {
    let mut table = new_table(header);
    for row in rows {
        table.add_row(row);
    }
    line(&table.to_string());
}

/// Writes values as a table, or as JSON with one value a line.
///
/// # Errors
/// When a value has no JSON form, which none of ours lacks.
pub(crate) fn rows<T: Serialize>(
    values: &[T],
    as_json: bool,
    header: &[&str],
    columns: impl Fn(&T) -> Vec<String>,
) -> anyhow::Result<()> {
    if as_json {
        for value in values {
            line(&serde_json::to_string(value)?);
        }
    } else {
        table(header, values.iter().map(columns).collect());
    }
    Ok(())
}
