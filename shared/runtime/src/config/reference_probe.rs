//! Finds the range of a number by asking for one that is far outside of it: the refusal names the range, so that what the
//! reference says is what the checks do.

use serde_json::{Value, json};

use super::{
    error::{ConfigError, Problem},
    example::with_optional_settings,
    load::Config,
    reference::ANY_NAME,
};

/// Beyond every range, and still far from where sums and products of two settings overflow.
const FAR: i64 = 4_000_000_000_000_000;

/// Least and greatest number that `path` may have beside the defaults of all others. None when nothing checks it.
pub(super) fn range(path: &str, format: &Value, is_fraction: bool) -> Option<(String, String)> {
    let (low, high) = if is_fraction {
        (json!(-1e15), json!(1e15))
    } else {
        match format.as_str().unwrap_or_default() {
            "uint8" => (json!(0), json!(u8::MAX)),
            "uint16" => (json!(0), json!(u16::MAX)),
            "uint32" => (json!(0), json!(u32::MAX)),
            format if format.starts_with('u') => (json!(0), json!(FAR)),
            _ => (json!(-FAR), json!(FAR)),
        }
    };
    refused_range(path, high).or_else(|| refused_range(path, low))
}

fn refused_range(path: &str, value: Value) -> Option<(String, String)> {
    // The example with all its optional lines has whatever a table needs beside the number.
    let mut file: Value = serde_json::to_value(with_optional_settings().parse::<toml::Table>().ok()?).ok()?;
    let path = path.replace("sinks.<name>", "sinks.bridge").replace(ANY_NAME, "example");
    // A provider's settings are looked at when it is in use.
    if let Some(section) = path.strip_prefix("engine.").and_then(|rest| rest.split('.').next())
        && ["static", "command", "script", "digitalocean"].contains(&section)
    {
        file["engine"]["provider"] = json!(section);
    }
    set(&mut file, &path, value);
    let text = toml::to_string(&file).ok()?;
    let Err(ConfigError::Invalid(problems)) = Config::parse_toml(&text) else { return None };
    let name = path.rsplit('.').next()?;
    let about_it = |problem: &&Problem| problem.field.rsplit('.').next() == Some(name);
    problems.iter().filter(about_it).find_map(|problem| read(&problem.reason))
}

fn set(file: &mut Value, path: &str, value: Value) {
    let mut at = file;
    for part in path.split('.') {
        at = match part.strip_suffix("[]") {
            Some(list) => {
                if at[list].is_null() {
                    at[list] = json!([{}]);
                }
                &mut at[list][0]
            }
            None => &mut at[part],
        };
    }
    *at = value;
}

/// Reads `must be from 1 to 9, got 10` and `is 10, outside 1 to 9`.
fn read(reason: &str) -> Option<(String, String)> {
    let after = reason.split_once("must be from ").or_else(|| reason.split_once("outside "))?.1;
    let (low, rest) = after.split_once(" to ")?;
    let high = rest.split(',').next()?;
    Some((low.to_owned(), high.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_saying_a_range_are_understood() {
        let range = Some(("1".to_owned(), "9".to_owned()));
        assert_eq!(read("must be from 1 to 9, got 10"), range);
        assert_eq!(read("is 10, outside 1 to 9"), range);
        assert_eq!(read("is not a web address"), None);
    }
}
