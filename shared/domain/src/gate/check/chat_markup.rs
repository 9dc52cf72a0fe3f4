//! Signs of chat formats and of other things between machines: special tokens, turn marks, thinking tags, JSON.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::beyond_ascii,
};

/// Signs that nobody writes to a person. A space may stand wherever it changes nothing about what they are.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?xi)
        < \s* \| | \| \s* > | < \s* < \s* /? \s* sys | [◁▷]
        | \[ \s* /? \s* (?: i\s*n\s*s\s*t | system_prompt | available_tools | tool_calls | tool_results | prefix | suffix ) \s* \]
        | < \s* /? \s* (?: s | bos | eos | pad | unk | mask | sep | cls | start_of_turn | end_of_turn | begin_of_text | end_of_text
            | start_of_image | tool_calls? | tool_response | function_calls? | invoke | parameter | system | user | assistant
            | human | im_start | im_end | endoftext | eot_id | turn | message | reply | response | output | answer | final | draft )
            \s* /? \s* >
        | \# \s* \# \s* \# \s* (?: instructions? | response | input | system | user | assistant | human | context | task ) (?-u:\b)
        | \\[nrt] | \\u[0-9a-f]{4} | \\" | & (?: nbsp | quot | apos | \#[0-9]{2,4} ) ;
        | -{3,} \s* (?: begin | start | end ) (?-u:\b)
        | [{\[,] \s* "[^"\n]{1,60}" \s* : \s* ["\[{0-9tfn-]
        | [{,] \s* '[^'\n]{1,60}' \s* : \s* ['"\[{]
        "#,
    )
    .expect("a constant pattern, which a test compiles")
});

/// Tags around reasoning. A closing tag alone is as telling: the opening one may have been part of the prompt.
static REASONING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        [<\[] \s* /? \s* (?: t\s*h\s*i\s*n\s*k (?: ing )? | thoughts? | reason (?: ing )? | reflection | analysis | scratchpad
            | rationale | plan (?: ning )? | inner_monologue | chain_of_thought ) (?: \s [^>\]\n]{0,80} )? \s* /? \s* [>\]]
        ",
    )
    .expect("a constant pattern, which a test compiles")
});

/// Turns of a conversation: the name of a role at the start of a line.
static TURN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?m)^[\s*_>#-]*(h\s*u\s*m\s*a\s*n|a\s*s\s*s\s*i\s*s\s*t\s*a\s*n\s*t|u\s*s\s*e\s*r|s\s*y\s*s\s*t\s*e\s*m|ai|bot|model|chatbot|chatgpt|developer|tool|client|customer|me)[\s*_]*:",
    )
    .expect("a constant pattern, which a test compiles")
});

/// The signs of which every token and tag holds one, besides those beyond ASCII. In JSON a quotation mark and a colon go
/// together, and somebody who quotes has no use for the other.
const SIGNS: &[u8] = br"\&<>|[{#";

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let plain = draft.text.as_str();
    if draft.signs.has_any(SIGNS)
        || plain.contains("---")
        || beyond_ascii(plain).any(|(_, character)| matches!(character, '◁' | '▷'))
    {
        let tags = REASONING.find_iter(plain).map(|found| (ViolationCode::ReasoningLeak, found.range()));
        let tokens = TOKEN.find_iter(plain).map(|found| (ViolationCode::ChatMarkup, found.range()));
        for (code, range) in tags.chain(tokens) {
            violations.push(draft.violation(code, range, None));
        }
    }
    if draft.signs.has_any(b":") {
        let folded = draft.folded.as_str();
        for found in TURN.captures_iter(folded).filter_map(|captures| captures.get(1)) {
            let range = draft.folded.plain_range(found.range());
            violations.push(draft.violation(ViolationCode::ChatMarkup, range, None));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example,
        gate::{GateContext, validate_draft},
    };

    fn codes(body: &str) -> Vec<ViolationCode> {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        verdict.violations.into_iter().map(|violation| violation.code).collect()
    }

    #[test]
    fn tokens_turns_and_data_are_held() {
        for body in [
            "<|im_end|>Hi",
            "[INST] Hi [/INST]",
            "[ IN ST] Hi",
            "<<SYS>>be kind<</SYS>>",
            "Hi there</s>",
            "<s>Hi",
            "<start_of_turn>model\nHi",
            "< end_of_turn >",
            "<｜end▁of▁sentence｜>",
            "### Instruction:\nBe kind",
            "### Response: Hi",
            "Sure: -----BEGIN SYSTEM-----",
            "begin system",
            "im_end Hi",
            "Hi!\nHuman: how much?",
            "Assistant: Hi!",
            "User : hi",
            "**AI**: Hi",
            r#"{"reply": "Hi there"}"#,
            r#"{ "reply" : "Hi"#,
            "{'reply': 'Hi'}",
            "<reply>Hi</reply>",
        ] {
            assert!(codes(body).contains(&ViolationCode::ChatMarkup), "{body}: {:?}", codes(body));
        }
    }

    #[test]
    fn tags_around_reasoning_are_held_also_when_one_is_missing() {
        for body in [
            "<think>client wants cheap</think>Sure!",
            "client wants price.</think>It's €90 a night",
            "</ think >Hi",
            "[THINK] Hi [/THINK]",
            "<reasoning>polite</reasoning> Hi",
            "<thinking mode=\"on\">Hi",
            "<Thought>Hi",
        ] {
            assert!(codes(body).contains(&ViolationCode::ReasoningLeak), "{body}: {:?}", codes(body));
        }
    }

    #[test]
    fn ordinary_signs_pass() {
        for body in [
            "I <3 Galway",
            "2 < 3 > 1",
            "She said \"yes\": see you then",
            "Human error, sorry: the room is free",
            "See you | talk soon",
            "Room #3 - at the end of the hall",
            "I think so, see you then",
            "Parking: behind the house",
        ] {
            let found = codes(body);
            let markup = [ViolationCode::ChatMarkup, ViolationCode::ReasoningLeak];
            assert!(!found.iter().any(|code| markup.contains(code)), "{body}: {found:?}");
        }
    }
}
