//! Traces: when work arrived in the past, and how much.

use std::io::Read;

/// Most rows that are read: a year of a message every three seconds.
const ROWS_MAX: usize = 10_000_000;
/// Latest arrival that is accepted, in seconds: ten years, far within what milliseconds can say.
const ARRIVAL_MAX_S: f64 = 315_360_000.0;
/// Most tokens of one request, in each direction.
const TOKENS_MAX: u64 = 100_000_000;
/// The columns, in the order in which a bad one is reported.
const COLUMNS: [&str; 3] = ["arrival_seconds", "input_tokens", "output_tokens"];

/// One request of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// When it arrived, in milliseconds from the trace's zero.
    pub arrived_ms: i64,
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
}

/// Why a trace cannot be read. Lines count from 1, the header included.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// It is no CSV, or not readable at all.
    #[error("the trace is not readable as CSV")]
    Unreadable(#[from] csv::Error),
    /// A column is missing.
    #[error("line 1: the column {0} is missing; expected arrival_seconds,input_tokens,output_tokens")]
    NoColumn(&'static str),
    /// A field does not hold what it should.
    #[error("line {line}: {field} is {value:?}, expected {expected}")]
    Field {
        /// The line.
        line: u64,
        /// The column.
        field: &'static str,
        /// What it holds.
        value: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// There is no row.
    #[error("the trace holds no request")]
    Empty,
    /// There are more rows than are read.
    #[error("the trace holds more than {ROWS_MAX} requests")]
    TooLong,
}

/// Reads a trace with the columns `arrival_seconds,input_tokens,output_tokens`; more columns are ignored. The requests come
/// back in the order of their arrival.
///
/// # Errors
/// When it cannot be read, a column is missing or a field is not a number in range; says which line and field.
pub fn read(input: impl Read) -> Result<Vec<Request>, TraceError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let header = reader.headers()?.clone();
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = header.iter().position(|name| name == column).ok_or(TraceError::NoColumn(column))?;
    }
    let mut requests = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let field = |nth: usize| record.get(places[nth]).unwrap_or_default();
        if requests.len() == ROWS_MAX {
            return Err(TraceError::TooLong);
        }
        requests.push(request([field(0), field(1), field(2)], line)?);
    }
    if requests.is_empty() {
        return Err(TraceError::Empty);
    }
    requests.sort_by_key(|request| request.arrived_ms);
    Ok(requests)
}

fn request([arrival, input, output]: [&str; 3], line: u64) -> Result<Request, TraceError> {
    let seconds = arrival.parse::<f64>().ok().filter(|seconds| (0.0..=ARRIVAL_MAX_S).contains(seconds));
    let seconds = seconds.ok_or_else(|| TraceError::Field {
        line,
        field: COLUMNS[0],
        value: arrival.to_owned(),
        expected: "seconds from 0 to 315360000",
    })?;
    Ok(Request {
        arrived_ms: (seconds * 1_000.0).round() as i64,
        input_tokens: tokens(input, line, COLUMNS[1])?,
        output_tokens: tokens(output, line, COLUMNS[2])?,
    })
}

fn tokens(value: &str, line: u64, field: &'static str) -> Result<u64, TraceError> {
    let tokens = value.parse::<u64>().ok().filter(|tokens| *tokens <= TOKENS_MAX);
    let expected = "a whole number from 0 to 100000000";
    tokens.ok_or_else(|| TraceError::Field { line, field, value: value.to_owned(), expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn requests_are_read_in_the_order_of_their_arrival_whatever_the_order_of_columns() {
        let read =
            read("output_tokens,arrival_seconds,note,input_tokens\n7, 1.5 ,x,5\n8,0.25,,6\n".as_bytes())
                .unwrap();
        assert_eq!(
            read,
            [
                Request { arrived_ms: 250, input_tokens: 6, output_tokens: 8 },
                Request { arrived_ms: 1_500, input_tokens: 5, output_tokens: 7 },
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_field() {
        let header = "arrival_seconds,input_tokens,output_tokens\n";
        assert_eq!(
            refused(&format!("{header}0,1,2\n-3,1,2\n")),
            "line 3: arrival_seconds is \"-3\", expected seconds from 0 to 315360000"
        );
        assert_eq!(
            refused(&format!("{header}0,1,2.5\n")),
            "line 2: output_tokens is \"2.5\", expected a whole number from 0 to 100000000"
        );
        assert_eq!(
            refused(&format!("{header}NaN,1,2\n")),
            "line 2: arrival_seconds is \"NaN\", expected seconds from 0 to 315360000"
        );
        assert_eq!(
            refused("arrival_seconds,input_tokens\n0,1\n"),
            "line 1: the column output_tokens is missing; expected arrival_seconds,input_tokens,output_tokens"
        );
        assert_eq!(refused(header), "the trace holds no request");
    }

    #[test]
    fn a_row_of_another_length_is_refused() {
        let error = read("arrival_seconds,input_tokens,output_tokens\n0,1\n".as_bytes()).unwrap_err();
        assert!(matches!(error, TraceError::Unreadable(_)));
    }
}
