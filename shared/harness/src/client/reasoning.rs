//! Parts an answer from the reasoning that some models write before it.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Cuts `<think>…</think>` out of `text`: returns what remains, trimmed, and what was cut.
///
/// A block without an end takes all that follows: the model never came to its answer. An end without a beginning takes all
/// that precedes: the beginning was part of the prompt, as the templates of some models have it.
///
/// - `<think>hm</think> Hello` is `Hello`, after `hm`.
/// - `hm</think>Hello` is the same.
/// - `<think>hm` is empty, after `hm`.
pub(super) fn cut_reasoning(text: &str) -> (String, Option<String>) {
    let mut answer = String::with_capacity(text.len());
    let mut thoughts = Vec::new();
    let (mut piece, mut inside, mut rest) = (String::new(), false, text);
    while let Some(at) = rest.find('<') {
        piece.push_str(&rest[..at]);
        rest = &rest[at..];
        let (tag, opens) = if begins_with(rest, OPEN) { (OPEN, true) } else { (CLOSE, false) };
        if (inside && opens) || !begins_with(rest, tag) {
            piece.push('<');
            rest = &rest[1..];
            continue;
        }
        rest = &rest[tag.len()..];
        if !inside {
            answer.push_str(&piece);
        }
        if !opens {
            thoughts.push(std::mem::take(if inside { &mut piece } else { &mut answer }));
        }
        piece.clear();
        inside = opens;
    }
    piece.push_str(rest);
    if inside {
        thoughts.push(piece);
    } else {
        answer.push_str(&piece);
    }
    (answer.trim().to_owned(), joined(&thoughts))
}

fn begins_with(text: &str, tag: &str) -> bool {
    text.as_bytes().get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
}

/// Joins pieces of reasoning, leaving out the blank ones.
pub(super) fn joined(thoughts: &[impl AsRef<str>]) -> Option<String> {
    let said: Vec<&str> = thoughts
        .iter()
        .map(|thought| thought.as_ref().trim())
        .filter(|thought| !thought.is_empty())
        .collect();
    (!said.is_empty()).then(|| said.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reasoning_is_cut_and_kept() {
        let cases = [
            ("Hello", "Hello", None),
            (" Hello \n", "Hello", None),
            ("<think>hm</think> Hello", "Hello", Some("hm")),
            ("hm</think>Hello", "Hello", Some("hm")),
            ("<think>hm", "", Some("hm")),
            ("Hel<think>hm", "Hel", Some("hm")),
            ("<think>a</think>Hello<THINK>b</Think>, Quinn", "Hello, Quinn", Some("a\n\nb")),
            ("<think>\n\n</think>\n\nHello", "Hello", None),
            ("<think>a<think>b</think>c</think>Hello", "Hello", Some("a<think>b\n\nc")),
            ("<think></think>", "", None),
            ("2 < 3 and </thin", "2 < 3 and </thin", None),
        ];
        for (text, answer, reasoning) in cases {
            assert_eq!(cut_reasoning(text), (answer.to_owned(), reasoning.map(str::to_owned)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_stands_outside_is_the_answer_and_the_rest_is_thought(
            pieces in proptest::collection::vec(0..4_u8, 0..12),
        ) {
            let (mut text, mut answer, mut thoughts) = (String::new(), String::new(), Vec::new());
            let mut inside = None;
            for (number, piece) in pieces.into_iter().enumerate() {
                let piece = match piece {
                    0 => OPEN.to_owned(),
                    1 => CLOSE.to_owned(),
                    2 => format!("word{number} "),
                    _ => format!("é<{number} "),
                };
                text.push_str(&piece);
                match (piece.as_str(), &mut inside) {
                    (CLOSE, thought) => {
                        // Without a beginning, all that came before was thought.
                        thoughts.push(thought.take().unwrap_or_else(|| std::mem::take(&mut answer)));
                    }
                    (_, Some(thought)) => thought.push_str(&piece),
                    (OPEN, None) => inside = Some(String::new()),
                    (_, None) => answer.push_str(&piece),
                }
            }
            thoughts.extend(inside);
            prop_assert_eq!(cut_reasoning(&text), (answer.trim().to_owned(), joined(&thoughts)), "{:?}", text);
        }
    }
}
