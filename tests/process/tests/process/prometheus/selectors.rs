//! Reads out of an expression which series it selects. Prometheus itself says whether the expression is one; here only
//! its parts are told apart.

/// What selects series: a metric's name, with what is asked of its labels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Selector {
    /// The metric's name.
    pub(crate) name: String,
    /// The braces and what is in them; empty without.
    pub(crate) matchers: String,
}

/// Words between expressions, which are no names of metrics.
const OPERATORS: [&str; 9] = ["and", "or", "unless", "offset", "bool", "atan2", "inf", "nan", "start"];
/// Words that are followed by a list of labels in parentheses.
const BEFORE_LABELS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

impl Selector {
    /// The selector as an expression of its own.
    pub(crate) fn expression(&self) -> String {
        format!("{}{}", self.name, self.matchers)
    }
}

/// Every selector of an expression, in order. Ranges, offsets, functions and comparisons are left out.
///
/// # Panics
/// For series selected by nothing but their labels: nobody could say which metric that is.
pub(crate) fn selectors(expression: &str) -> Vec<Selector> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(next) = rest.chars().next() {
        if next == '"' || next == '\'' {
            rest = after_string(rest);
        } else if next == '[' {
            rest = rest.split_once(']').expect("a range ends").1;
        } else if next == '{' {
            panic!("a selector without a name in {expression}");
        } else if next.is_ascii_digit() {
            // A number or a duration, such as 0.5, 1e3 or 7d.
            rest = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.');
        } else if is_of_a_name(next) {
            let (word, after) = rest.split_at(rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len()));
            let trimmed = after.trim_start();
            if BEFORE_LABELS.contains(&word) && trimmed.starts_with('(') {
                rest = trimmed.split_once(')').expect("a list of labels ends").1;
            } else if BEFORE_LABELS.contains(&word)
                || OPERATORS.contains(&word.to_lowercase().as_str())
                || trimmed.starts_with('(')
                || is_aggregation(trimmed)
            {
                rest = after;
            } else {
                let (matchers, after) = braces(trimmed).unwrap_or(("", after));
                found.push(Selector { name: word.to_owned(), matchers: matchers.to_owned() });
                rest = after;
            }
        } else {
            rest = &rest[next.len_utf8()..];
        }
    }
    found
}

/// Whether what precedes `text` adds series up: `sum by (kind) (…)`.
fn is_aggregation(text: &str) -> bool {
    ["by", "without"]
        .iter()
        .any(|word| text.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with('(')))
}

const fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// What follows the string at the beginning of `text`.
fn after_string(text: &str) -> &str {
    let quote = text.chars().next().expect("the caller saw a quote");
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return &text[place + 1..],
            _ => {}
        }
    }
    panic!("a string does not end in {text}")
}

/// The braces at the beginning of `text`, and what follows them. A brace in a string is not one.
fn braces(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.strip_prefix('{')?;
    while !rest.starts_with('}') {
        rest = match rest.chars().next()? {
            '"' | '\'' => after_string(rest),
            c => &rest[c.len_utf8()..],
        };
    }
    Some(text.split_at(text.len() - rest.len() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(expression: &str) -> Vec<String> {
        selectors(expression).iter().map(Selector::expression).collect()
    }

    #[test]
    fn names_are_told_from_functions_operators_labels_and_numbers() {
        assert_eq!(found("up == 0"), ["up"]);
        assert_eq!(
            found("sum by (kind) (rate(jobs_total{ending!=\"done\"}[5m])) > 1e3"),
            ["jobs_total{ending!=\"done\"}"]
        );
        assert_eq!(
            found("a * on (job, instance) group_left () b and c{x=~\"{.*}|\\\"\"} unless sum(d) by (by)"),
            ["a", "b", "c{x=~\"{.*}|\\\"\"}", "d"]
        );
        assert_eq!(
            found("avg_over_time(share:ratio1h[7d] offset 1h) or vector(0) + clamp_min(share:ratio1h, 0.5)"),
            ["share:ratio1h", "share:ratio1h"]
        );
        assert_eq!(found("label_replace(up, \"a\", \"$1\", \"job\", \"(.*)\")"), ["up"]);
        assert_eq!(found("1 + time()"), [""; 0]);
    }

    #[test]
    #[should_panic(expected = "without a name")]
    fn series_without_a_name_are_refused() {
        selectors("{job=\"a\"}");
    }
}
