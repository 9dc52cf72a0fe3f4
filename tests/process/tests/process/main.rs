//! Tests of the whole: the real programs, started, watched, killed and started again.

mod dependencies;
