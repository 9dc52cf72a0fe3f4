//! Tests of the real programs as real processes; see `tests/process`. This library is empty.
