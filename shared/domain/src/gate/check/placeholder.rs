//! Placeholders nobody filled. Square and curly brackets and angle brackets around a word count too: a reply to a
//! guest has no use for them, and a false alarm costs a look.

use std::sync::LazyLock;

use regex::Regex;

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

/// Word boundaries are ASCII ones: with Unicode's, every letter beyond ASCII sends the search down a path ten times as
/// slow.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \{\{ [^{}\n]{0,80} \}\} | \{% [^{}\n]{0,80} %\} | \{\{ | \}\} | \{% | %\}
        | \$\{ [^{}\n]{0,80} \}?
        | \{ [\p{L}_] [\p{L}\p{N}_\x20.:'-]{0,60} \}
        | \[ [\p{L}_] [\p{L}\p{N}_\x20.:'-]{0,60} \]
        | < /? [\p{L}_] [\p{L}\p{N}_\x20.:'-]{0,60} >
        | %\( [a-z_]+ \) s | %s (?-u:\b)
        | _{3,}
        | (?-u:\b) (?: TODO | FIXME | TBD | TBC | LOREM ) (?-u:\b)
        | (?i: lorem \s+ ipsum | (?-u:\b) insert \s+ (?:name|date|price|link) \s+ here (?-u:\b) )
        ",
    )
    .expect("a constant pattern, which a test compiles")
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for found in PLACEHOLDER.find_iter(draft.text.as_str()) {
        violations.push(draft.violation(ViolationCode::Placeholder, found.range(), None));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn placeholders(body: &str) -> Vec<String> {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        let found = verdict.violations.into_iter().filter(|v| v.code == ViolationCode::Placeholder);
        found.map(|violation| violation.text).collect()
    }

    #[test]
    fn placeholders_of_all_kinds_are_found() {
        for (body, expected) in [
            ("Hi {{name}}, thanks!", "{{name}}"),
            ("Hi {{ name", "{{"),
            ("{% if guest %}Hi", "{% if guest %}"),
            ("Hi {first_name}", "{first_name}"),
            ("Hi ${name}", "${name}"),
            ("Hi [NAME], thanks", "[NAME]"),
            ("Hi [your name here]", "[your name here]"),
            ("Hi <client name>,", "<client name>"),
            ("Hi %s,", "%s"),
            ("Hi %(name)s,", "%(name)s"),
            ("Hi ___, thanks", "___"),
            ("TODO: add price", "TODO"),
            ("Lorem ipsum dolor", "Lorem ipsum"),
            ("Hi ［NAME］", "［NAME］"),
        ] {
            assert_eq!(placeholders(body), [expected], "{body}");
        }
    }

    #[test]
    fn ordinary_signs_pass() {
        for body in
            ["I <3 Galway", "2 < 3 > 1", "50% sure", "todo el mundo", "See you (and the dog)!", "snake_case"]
        {
            assert_eq!(placeholders(body), Vec::<String>::new(), "{body}");
        }
    }
}
