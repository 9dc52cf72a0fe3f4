//! What a self-check reports, and how it is shown. The checks themselves belong to whoever knows the dependency.

use std::fmt::Write as _;

use serde::Serialize;

/// How one check ended. Ordered from best to worst, so that `max` is the report's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing to do.
    Ok,
    /// It works, but not as one would want.
    Warn,
    /// Prospector cannot work like this.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, such as `database`.
    pub name: String,
    /// How it is.
    pub outcome: Outcome,
    /// What was found. Holds no secret.
    pub detail: String,
    /// What to do about it; present unless nothing needs doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Check {
    /// Nothing to do.
    #[must_use]
    pub fn ok(name: &str, detail: impl Into<String>) -> Self {
        Self { name: name.to_owned(), outcome: Outcome::Ok, detail: detail.into(), mend: None }
    }

    /// It works, but `mend` would be better.
    #[must_use]
    pub fn warn(name: &str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        let (detail, mend) = (detail.into(), Some(mend.into()));
        Self { name: name.to_owned(), outcome: Outcome::Warn, detail, mend }
    }

    /// It does not work; `mend` says how it will.
    #[must_use]
    pub fn fail(name: &str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        let (detail, mend) = (detail.into(), Some(mend.into()));
        Self { name: name.to_owned(), outcome: Outcome::Fail, detail, mend }
    }
}

/// All that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The worst outcome among the checks.
    pub outcome: Outcome,
    /// Each check, in the order they were made.
    pub checks: Vec<Check>,
}

impl Report {
    /// Takes the checks together.
    #[must_use]
    pub fn new(checks: Vec<Check>) -> Self {
        let outcome = checks.iter().map(|check| check.outcome).max().unwrap_or(Outcome::Ok);
        Self { outcome, checks }
    }

    /// The report for people: one line a check, what to do below it, a last line of totals.
    #[must_use]
    pub fn to_text(&self) -> String {
        let width = self.checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for check in &self.checks {
            let mark = match check.outcome {
                Outcome::Ok => "ok  ",
                Outcome::Warn => "warn",
                Outcome::Fail => "FAIL",
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{mark}  {:width$}  {}", check.name, check.detail);
            if let Some(mend) = &check.mend {
                let _ = writeln!(text, "      {:width$}  -> {mend}", "");
            }
        }
        let count = |outcome| self.checks.iter().filter(|check| check.outcome == outcome).count();
        let _ = writeln!(
            text,
            "\n{} ok, {} to look at, {} failed",
            count(Outcome::Ok),
            count(Outcome::Warn),
            count(Outcome::Fail)
        );
        text
    }

    /// The report for programs, on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("text and closed enums always serialise")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report::new(vec![
            Check::ok("data folder", "./data can be written to"),
            Check::warn("sinks", "none is set, so approved replies are held", "add [sinks.bridge]"),
            Check::fail(
                "queue",
                "redis://cache:6379/0 refused the connection",
                "start Redis, or set queue.url",
            ),
        ])
    }

    #[test]
    fn the_worst_check_is_the_outcome() {
        assert_eq!(Report::new(Vec::new()).outcome, Outcome::Ok);
        assert_eq!(report().outcome, Outcome::Fail);
        assert_eq!(Report::new(report().checks[..2].to_vec()).outcome, Outcome::Warn);
    }

    #[test]
    fn people_and_programs_can_read_it() {
        insta::assert_snapshot!("text", report().to_text());
        insta::assert_snapshot!("json", report().to_json());
    }
}
