//! How wrong settings are reported.

use std::{fmt, ops::RangeInclusive};

/// What is wrong with one setting, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingProblem {
    /// The setting's name within its section, such as `regions`.
    pub field: &'static str,
    /// What is wrong, readable after the setting's name.
    pub reason: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; {}", self.field, self.reason, self.remedy)
    }
}

/// Everything that is wrong with settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings are invalid: {}", list(.0))]
pub struct InvalidSettings(pub Vec<SettingProblem>);

fn list(problems: &[SettingProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Collects what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<SettingProblem>);

impl Checks {
    pub(crate) fn range<T: PartialOrd + fmt::Display>(
        &mut self,
        field: &'static str,
        value: &T,
        range: &RangeInclusive<T>,
    ) {
        if !range.contains(value) {
            let reason = format!("is {value}, outside {} to {}", range.start(), range.end());
            self.add(field, reason, "choose a value in the range");
        }
    }

    pub(crate) fn unless(&mut self, holds: bool, field: &'static str, reason: &str, remedy: &'static str) {
        if !holds {
            self.add(field, reason.to_owned(), remedy);
        }
    }

    pub(crate) fn add(&mut self, field: &'static str, reason: String, remedy: &'static str) {
        self.0.push(SettingProblem { field, reason, remedy });
    }

    pub(crate) fn problems(self) -> Vec<SettingProblem> {
        self.0
    }
}

/// Refuses settings with problems.
pub(crate) fn accept(problems: Vec<SettingProblem>) -> Result<(), InvalidSettings> {
    if problems.is_empty() { Ok(()) } else { Err(InvalidSettings(problems)) }
}
