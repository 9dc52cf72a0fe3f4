//! All steps in one structured answer, in order: each is a field, and the grammar keeps each within its length.

use std::fmt::Write as _;

use super::{
    error::RunError,
    field::{read, schema, text_of},
    plan::Plan,
    run::{Run, StepOutput, Under, checked},
};
use crate::{
    client::{ChatMessage, Model, Role},
    task::CallOptions,
};

/// The name of the schema.
const SCHEMA_NAME: &str = "workflow";

pub(super) async fn run(model: &impl Model, plan: &Plan, options: &CallOptions) -> Result<Run, RunError> {
    let mut under = Under::new(model, plan, options);
    let turns = vec![
        ChatMessage { role: Role::System, content: plan.system_turn() },
        ChatMessage { role: Role::User, content: plan.data_text() + &instructions(plan) },
    ];
    let tokens = plan.steps.iter().map(|step| step.max_tokens(plan.limits.step_max_tokens)).sum();
    let mut request = under.request(turns, tokens);
    request.json_schema = Some((SCHEMA_NAME.to_owned(), schema((1..).zip(&plan.steps))));
    let last = plan.steps.len();
    let answer = under.ask(last, request).await?;
    let fields = read(&answer.text).map_err(|fault| under.no_body(last, fault))?;
    let mut outputs = Vec::with_capacity(last);
    for (number, step) in (1..).zip(&plan.steps) {
        let text = text_of(&fields, &step.field(number)).and_then(|text| checked(step, text));
        let text = text.map_err(|fault| under.no_body(number, fault))?;
        // There is one stretch of reasoning for all steps; it stands before the first.
        let reasoning = answer.reasoning.clone().filter(|_| number == 1);
        outputs.push(StepOutput { kind: step.kind, text, reasoning });
    }
    under.finish(outputs)
}

fn instructions(plan: &Plan) -> String {
    let mut text = "Answer in JSON, with these fields in this order:".to_owned();
    for (number, step) in (1..).zip(&plan.steps) {
        write!(text, "\n{number}. {}: {}", step.form(number), step.instruction.trim())
            .expect("writing to a string cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        client::FailureKind,
        task::{
            FaultKind, Prompt,
            scripted::{Scripted, failure},
        },
        workflow::{Execution, StepKind, plan::tests::plan, run},
    };

    async fn ran(model: &Scripted) -> Result<Run, RunError> {
        run(model, &plan(Execution::SinglePass), &CallOptions::default()).await
    }

    async fn fault(answer: Value) -> (usize, FaultKind) {
        match ran(&Scripted::texts([&answer.to_string()])).await.unwrap_err() {
            RunError::NoBody { step, fault, trail } => {
                assert_eq!(Prompt::read(trail.prompt.canonical_text()).unwrap().len(), 1);
                (step, fault)
            }
            other => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn one_call_gives_the_same_result_as_many() {
        let model = Scripted::texts([r#"{"think_1": "Opening hours.", "message": "We open at nine."}"#]);
        let run = ran(&model).await.unwrap();
        assert_eq!(run.body, "We open at nine.");
        assert_eq!(
            run.steps.iter().map(|step| step.kind).collect::<Vec<_>>(),
            [StepKind::Think, StepKind::Draft]
        );
        assert_eq!(run.trail.calls.0.len(), 1);
        assert_eq!(model.sent()[0].max_tokens, 120 + 100 + 2 * 16);
        insta::assert_snapshot!(run.trail.prompt.canonical_text());
    }

    #[tokio::test]
    async fn an_answer_without_all_of_its_steps_is_no_text() {
        assert_eq!(fault(json!("hello")).await, (2, FaultKind::NotJson));
        assert_eq!(fault(json!({"message": "We open at nine."})).await, (1, FaultKind::WrongShape));
        assert_eq!(fault(json!({"think_1": "a", "message": 9})).await, (2, FaultKind::WrongShape));
        assert_eq!(fault(json!({"think_1": "a", "message": " "})).await, (2, FaultKind::Empty));
        assert_eq!(fault(json!({"think_1": "a", "message": "x".repeat(101)})).await, (2, FaultKind::TooLong));
        let cut = ran(&Scripted::new([Err(failure(FailureKind::Truncated))])).await.unwrap_err();
        assert!(matches!(cut, RunError::NoBody { step: 2, fault: FaultKind::Truncated, .. }));
    }
}
