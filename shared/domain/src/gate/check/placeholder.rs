//! Placeholders nobody filled. Square and curly brackets and angle brackets around a word count too: a reply to a
//! guest has no use for them, and a false alarm costs a look.

use std::sync::LazyLock;

use regex::Regex;

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

/// Signs around a word, or around nothing. Word boundaries are ASCII ones: with Unicode's, every letter beyond ASCII
/// sends the search down a path ten times as slow.
static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \{\{ [^{}\n]* \}\} | \{% [^{}\n]* %\} | \{\s*\{ | \}\s*\} | \{\s*% | %\s*\}
        | \$\s*\{ [^{}\n]* \}?
        | \{ \s* (?: [\p{L}_] [^{}\n]* | [0-9\s]* ) \}
        | \[ \s* (?: [\p{L}_] [^\[\]\n]* | \.{2,} \s* ) \]
        | < \s* /? \s* [\p{L}_] [\p{L}\p{N}_\x20.:'-]* >
        | % \s* \( [A-Za-z_\x20]+ \) \s* s
        | (?: ^ | [^0-9%\s] ) \s? (?<printf> % \s? (?: [0-9] \$ )? [sd] ) (?-u:\b)
        | % [A-Z] [A-Z_]+ % | \#{1,2} [A-Z] [A-Z_]+ \#{1,2}
        | \$ [A-Z] [A-Z_]{3,30} (?-u:\b) | \$ [a-z]+ _ [a-z_]+
        | \$ \s? X{1,4} (?-u:\b)
        | _ (?: \s* _ ){2,}
        ",
    )
    .expect("a constant pattern, which a test compiles")
});

/// What makes [`WORDS`] worth a search, besides brackets and crosses.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)NAME|Name|DD/MM|MM/DD|YYYY|HH:MM|(?i:undefined|null|none|nan)\b")
        .expect("a constant pattern, which a test compiles")
});

/// Words that stand for other words.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)
        \b X{3,} \b (?<unsaid> [,:]? \s+ [A-Za-z0-9] )
        | \b XX+ \s? (?: am | pm | : XX | h ) \b | \b (?: DD/MM | MM/DD | YYYY | HH:MM )
        | \b (?: [Hh]i | [Hh]ello | [Hh]ey | [Dd]ear ) \s+ (?: (?i: undefined | null | none | nan ) | N\x20?AME | Name
            | First\x20?[Nn]ame | FIRST[_\x20]?NAME ) \b
        | \b (?: CLIENT | GUEST | CUSTOMER | FIRST | LAST | YOUR | BUSINESS | OWNER ) [_\x20]? NAME \b
        | (?i: \( \s* (?: (?: insert | your | the | client'?s? | guest'?s? | customer'?s? | first | last | full | enter ) \s+ )*
            (?: name | date | amount | link | phone \s+ number | address | price | time ) (?: \s+ here )? \s* \) )
        ",
    )
    .expect("a constant pattern, which a test compiles")
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let plain = draft.text.as_str();
    if draft.signs.has_any(b"{}[<%#$_") {
        add(draft, &SIGNS, violations);
    }
    if draft.signs.has_any(b"X(") || OPENING.is_match(plain) {
        add(draft, &WORDS, violations);
    }
}

fn add(draft: &Draft<'_>, pattern: &Regex, violations: &mut Vec<Violation>) {
    for captures in pattern.captures_iter(draft.text.as_str()) {
        let whole = captures.get(0).expect("a match has a whole").range();
        // What stands beside it in the match is no part of it.
        let range = match (captures.name("printf"), captures.name("unsaid")) {
            (Some(printf), _) => printf.range(),
            (_, Some(beside)) => whole.start..beside.start(),
            _ => whole,
        };
        let violation = draft.violation(ViolationCode::Placeholder, range, None);
        let is_known =
            |known: &Violation| known.code == violation.code && known.span.overlaps(violation.span);
        if !violations.iter().any(is_known) {
            violations.push(violation);
        }
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
            ("Hi [ NAME ]", "[ NAME ]"),
            ("Hi { {name", "{ {"),
            ("Hi % s,", "% s"),
            ("It costs %d euro", "%d"),
            ("Hi $NAME, thanks", "$NAME"),
            ("Hi %NAME%", "%NAME%"),
            ("Hi ##NAME##", "##NAME##"),
            ("Hi <<name>>", "<name>"),
            ("Hi [[name]]", "[name]"),
            ("Hi XXX, thanks", "XXX"),
            ("See you at XXXX on Friday", "XXXX"),
            ("Hi {0}, thanks", "{0}"),
            ("Hi {}, thanks", "{}"),
            ("Hi (your name), thanks", "(your name)"),
            ("Come on (date)!", "(date)"),
            ("Hi undefined, thanks", "Hi undefined"),
            ("Hello Name,", "Hello Name"),
            ("Hi GUEST NAME,", "GUEST NAME"),
            ("See you [...]", "[...]"),
            ("Hi _ __, thanks", "_ __"),
        ] {
            assert_eq!(placeholders(body), [expected], "{body}");
        }
    }

    #[test]
    fn ordinary_signs_pass() {
        for body in [
            "I <3 Galway",
            "2 < 3 > 1",
            "50% sure",
            "todo el mundo",
            "See you (and the dog)!",
            "snake_case",
            "Love, Quinn XXX",
            "$USD 100",
            "What's your name?",
            "Dear guest, welcome",
            "the #1 house",
            "none of them",
        ] {
            assert_eq!(placeholders(body), Vec::<String>::new(), "{body}");
        }
    }
}
