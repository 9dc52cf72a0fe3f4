//! Markdown, which arrives as stray signs in a text message.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

/// Emphasis, code, links: marks inside a line. A space between the characters of a mark does not unmake it.
static INLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?: ^ | [\s(\x22'] ) (?<strong> \*\x20?\* \x20? [\p{L}\p{N}\x22'] )
        | [\p{L}\p{N}.!?:,\x22')] (?<closed> \x20? \*\x20?\* ) (?: $ | [\s.,!?;:)] )
        | (?: ^ | [\s(] ) (?<emphasis> \* (?: \x20? \p{L} (?: [^*\n]* [\p{L}\p{N}.!?] )? \* | [\p{L}\p{N}] (?: [^*\n]* [\p{L}\p{N}.!?] )? \x20? \* ) )
            (?: $ | [\s.,!?;:)] )
        | (?: ^ | [\s(] ) (?<underlined> _\x20?_? (?: \x20? \p{L} (?: [^_\n]* [\p{L}\p{N}.!?] )? _ | [\p{L}\p{N}] (?: [^_\n]* [\p{L}\p{N}.!?] )? \x20? _ ) _? )
            (?: $ | [\s.,!?;:)] )
        | (?: ^ | \s ) (?<struck> ~\x20?~ \x20? [\p{L}\p{N}] [^~\n]* ~\x20?~ )
        | (?<fence> `\s*`\s*` )
        | (?: ^ | [\s(] ) (?<code> `[^`\n]+` ) (?: $ | [\s.,!?;:)] )
        | (?<link> !? \[ [^\]\n]+ \] \s* \( [^)\n]+ )
        ",
    )
    .expect("a constant pattern, which a test compiles")
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let plain = draft.text.as_str();
    let mut add =
        |range: Range<usize>| violations.push(draft.violation(ViolationCode::Markdown, range, None));
    if draft.signs.has_any(b"*_~`[") {
        for captures in INLINE.captures_iter(plain) {
            // The whole match holds what stands around the mark; the mark is the one group that took part.
            if let Some(mark) = captures.iter().skip(1).flatten().next() {
                add(mark.range());
            }
        }
    }
    if draft.signs.has_any(b"-*+#_=|>") {
        blocks(plain).into_iter().for_each(add);
    }
}

/// Headings, lists, tables, quotes and rules: marks at the start of a line.
fn blocks(plain: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut item_before: Option<usize> = None;
    let mut start = 0;
    for line in plain.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        let item = is_item(text);
        match item_before {
            // One line with a dash is a dash; two in a row are a list.
            Some(first) if item => match found.last_mut() {
                Some(list) if list.start == first => list.end = range.end,
                _ => found.push(first..range.end),
            },
            _ => item_before = item.then_some(range.start),
        }
        if !item {
            item_before = None;
            if is_heading(text) || is_rule(text) || is_row(text) || text.starts_with("> ") {
                found.push(range);
            }
        }
    }
    found
}

/// `- milk`. Bullets such as `•` are no Markdown and are shown as they are.
fn is_item(text: &str) -> bool {
    text.strip_prefix(['-', '*', '+']).is_some_and(|rest| rest.starts_with(' ') && !is_rule(text))
}

/// `## Prices`, also with spaces between the signs. `#1` and `#galway` are none.
fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches(['#', ' ']);
    let marks = &text[..text.len() - rest.len()];
    text.starts_with('#') && marks.ends_with(' ') && !rest.is_empty()
}

/// `---`, `* * *`.
fn is_rule(text: &str) -> bool {
    ['-', '*', '_', '='].iter().any(|sign| {
        text.chars().all(|c| c == *sign || c == ' ') && text.chars().filter(|c| c == sign).count() >= 3
    })
}

/// `| a | b |`.
fn is_row(text: &str) -> bool {
    text.starts_with('|') && text.bytes().filter(|byte| *byte == b'|').count() >= 3
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn marks(body: &str) -> Vec<String> {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        let found = verdict.violations.into_iter().filter(|v| v.code == ViolationCode::Markdown);
        found.map(|violation| violation.text).collect()
    }

    #[test]
    fn markdown_of_all_kinds_is_held() {
        for body in [
            "**Hi** there",
            "* *Hi** there",
            "Hi **there",
            "Hi there**",
            "*Hi* there",
            "That is _really_ kind",
            "__Hi__",
            "~~old~~ new",
            "```\nHi\n```",
            "` ``\nHi",
            "Use `code` here",
            "[my page](https://galway.example)",
            "[my page] (https://galway.example)",
            "![photo](x.png)",
            "# Prices\nHi",
            "## Prices",
            "# # Prices",
            "We have:\n- tea\n- coffee",
            "* tea\n* coffee",
            "- tea\n\n- coffee",
            "| a | b |\n|---|---|",
            "> quoted",
            "Hi\n---\nQuinn",
        ] {
            assert!(!marks(body).is_empty(), "{body}");
        }
        assert_eq!(marks("We have:\n- tea\n- coffee\n- cake\nand more"), ["- tea\n- coffee\n- cake"]);
    }

    #[test]
    fn ordinary_signs_pass() {
        for body in [
            "5 * 3",
            "5 * 3 * 2 is 30",
            "*",
            "f**k that",
            "See you at 3 - or 4",
            "- see you",
            "#1 in Galway",
            "#galway",
            "I'm @quinn_guesthouse_galway",
            "snake_case",
            "don`t worry",
            "a | b",
            "->",
            "¯\\_(ツ)_/¯",
            "• tea\n• coffee",
            "Hi!\n\nSee you - soon.\n",
            "* prices without breakfast",
            "Missing* *Number",
        ] {
            assert_eq!(marks(body), Vec::<String>::new(), "{body}");
        }
    }
}
