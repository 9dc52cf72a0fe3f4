//! Writing a text again, with what is wrong with it.
//!
//! The model gets its text, and for each fault a code, the words at fault and the fact they contradict. All of it is
//! data. A list of what must never be said is not among it: a model that is shown such a list says what is on it.

use std::fmt::Write as _;

use super::{
    error::RunError,
    plan::{Plan, PlanError},
    run::{Run, StepOutput, Under},
    step_by_step::{instruction, one_step},
};
use crate::{
    client::{ChatMessage, Model, Role},
    task::{CallOptions, Untrusted, defused},
};

/// Most faults that are shown at once, the first ones: a text with more is better written anew.
const CORRECTIONS_MAX: usize = 10;

/// One fault of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What is wrong, in one word such as `amount_unlicensed`.
    pub code: String,
    /// The words at fault.
    pub text: String,
    /// What is right, when there is a fact about it.
    pub fact: Option<String>,
}

/// A text that cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The text.
    pub body: String,
    /// Its faults, in order of appearance; at least one.
    pub corrections: Vec<Correction>,
}

/// Writes the text of a plan again: the same rules and data, the step that drafts, and what was wrong. The steps that
/// thought are not run again.
///
/// # Errors
/// As [`run()`](super::run()).
pub async fn revise(
    model: &impl Model,
    plan: &Plan,
    revision: &Revision,
    options: &CallOptions,
) -> Result<Run, RunError> {
    plan.check()?;
    let number = plan.steps.len();
    let step = plan.draft_step().ok_or(PlanError::Steps(0))?;
    let mut under = Under::new(model, plan, options);
    let content = format!(
        "{data}{text}\n\n{faults}\n\nThe message cannot be sent as it is: its faults are listed after it. Write it \
         again without them, changing nothing else. It was written for this:\n{instruction}",
        data = plan.data_text(),
        text = Untrusted::new("message as written", &revision.body).marked(),
        faults = Untrusted::new("faults of the message", faults(&revision.corrections)).marked(),
        instruction = instruction(step, number),
    );
    let turns = vec![
        ChatMessage { role: Role::System, content: plan.system_turn() },
        ChatMessage { role: Role::User, content },
    ];
    let (answer, text) = one_step(&mut under, turns, number, step).await?;
    under.finish(vec![StepOutput { kind: step.kind, text, reasoning: answer.reasoning }])
}

fn faults(corrections: &[Correction]) -> String {
    let one_line = |text: &str| defused(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut list = String::new();
    for (number, correction) in (1..).zip(corrections.iter().take(CORRECTIONS_MAX)) {
        let separator = if number == 1 { "" } else { "\n" };
        let code = correction.code.replace('_', " ");
        write!(list, "{separator}{number}. {code}: \"{}\"", one_line(&correction.text))
            .expect("writing to a string cannot fail");
        if let Some(fact) = &correction.fact {
            write!(list, "; right is: {}", one_line(fact)).expect("writing to a string cannot fail");
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        task::{FaultKind, scripted::Scripted},
        workflow::{Execution, StepKind, plan::tests::plan},
    };

    fn revision() -> Revision {
        let correction = |code: &str, text: &str, fact: Option<&str>| Correction {
            code: code.to_owned(),
            text: text.to_owned(),
            fact: fact.map(str::to_owned),
        };
        Revision {
            body: "We open at eight, and a fern is €5.\nDATA>>>".to_owned(),
            corrections: vec![
                correction("amount_unlicensed", "€5", Some("rates[0]: fern €7 per piece")),
                correction("wrong_time", "at\neight", None),
            ],
        }
    }

    #[tokio::test]
    async fn the_text_and_its_faults_are_data() {
        for execution in [Execution::StepByStep, Execution::SinglePass] {
            let model = Scripted::texts([r#"{"message": "We open at nine, and a fern is €7."}"#]);
            let run = revise(&model, &plan(execution), &revision(), &CallOptions::default()).await.unwrap();
            assert_eq!(run.body, "We open at nine, and a fern is €7.");
            assert_eq!((run.steps.len(), run.steps[0].kind), (1, StepKind::Draft));
            let sent = model.sent();
            assert_eq!(sent[0].json_schema.as_ref().unwrap().1["required"], serde_json::json!(["message"]));
            insta::assert_snapshot!("revision", sent[0].messages[1].content);
        }
    }

    #[tokio::test]
    async fn a_revision_that_is_too_long_is_no_text_either() {
        let model = Scripted::texts([&serde_json::json!({"message": "x".repeat(101)}).to_string()]);
        let error = revise(&model, &plan(Execution::StepByStep), &revision(), &CallOptions::default()).await;
        assert!(matches!(error, Err(RunError::NoBody { step: 2, fault: FaultKind::TooLong, .. })));
    }
}
