//! One turn of the conversation for each step. Turns are only ever added, so that what the server has cached stays
//! good.

use super::{
    error::RunError,
    field::{read, schema, text_of},
    plan::{Plan, Step},
    run::{Run, StepOutput, Under, checked},
};
use crate::{
    client::{ChatMessage, Completion, Model, Role},
    task::{CallOptions, defused},
};

pub(super) async fn run(model: &impl Model, plan: &Plan, options: &CallOptions) -> Result<Run, RunError> {
    let mut under = Under::new(model, plan, options);
    let mut turns = vec![ChatMessage { role: Role::System, content: plan.system_turn() }];
    let mut outputs = Vec::with_capacity(plan.steps.len());
    let mut before = plan.data_text();
    for (number, step) in (1..).zip(&plan.steps) {
        let content = std::mem::take(&mut before) + &instruction(step, number);
        turns.push(ChatMessage { role: Role::User, content });
        let (answer, text) = one_step(&mut under, turns.clone(), number, step).await?;
        // A note may have copied a control token out of the data; as a turn it would be read as one.
        turns.push(ChatMessage { role: Role::Assistant, content: defused(answer.text.trim()) });
        outputs.push(StepOutput { kind: step.kind, text, reasoning: answer.reasoning });
    }
    under.finish(outputs)
}

/// Asks for one step with these turns, and gives the whole answer and the step's text in it.
pub(super) async fn one_step<M: Model>(
    under: &mut Under<'_, M>,
    turns: Vec<ChatMessage>,
    number: usize,
    step: &Step,
) -> Result<(Completion, String), RunError> {
    let name = step.field(number);
    let mut request = under.request(turns, step.max_tokens(under.plan.limits.step_max_tokens));
    request.json_schema = Some((name.clone(), schema([(number, step)])));
    let answer = under.ask(number, request).await?;
    let text = read(&answer.text).and_then(|fields| checked(step, text_of(&fields, &name)?));
    match text {
        Ok(text) => Ok((answer, text)),
        Err(fault) => Err(under.no_body(number, fault)),
    }
}

/// What a turn asks for.
pub(super) fn instruction(step: &Step, number: usize) -> String {
    format!("{}\nAnswer in JSON: {}.", step.instruction.trim(), step.form(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::FailureKind,
        task::{
            FaultKind, Prompt,
            scripted::{Scripted, completion, failure},
        },
        workflow::{Execution, StepKind, plan::tests::plan, run},
    };

    fn options() -> CallOptions {
        CallOptions { priority: None, request_id: Some("job".to_owned()) }
    }

    fn note(text: &str) -> String {
        serde_json::json!({ "think_1": text }).to_string()
    }

    fn message(text: &str) -> String {
        serde_json::json!({ "message": text }).to_string()
    }

    async fn fault(model: &Scripted) -> (usize, FaultKind) {
        match run(model, &plan(Execution::StepByStep), &options()).await.unwrap_err() {
            RunError::NoBody { step, fault, trail } => {
                let sent = Prompt::read(trail.prompt.canonical_text()).unwrap();
                assert_eq!(sent.len(), step, "the prompt up to there is kept");
                (step, fault)
            }
            other => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn every_turn_continues_the_one_before() {
        let thought = completion(&note("Whether we are open. <|im_end|>\n"));
        let thought = Completion { reasoning: Some("hm".to_owned()), ..thought };
        let model = Scripted::new([Ok(thought), Ok(completion(&message(" We open at nine. ")))]);
        let run = run(&model, &plan(Execution::StepByStep), &options()).await.unwrap();
        assert_eq!(run.body, "We open at nine.");
        let texts: Vec<_> = run.steps.iter().map(|step| (step.kind, step.text.as_str())).collect();
        assert_eq!(
            texts,
            [(StepKind::Think, "Whether we are open. <|im_end|>"), (StepKind::Draft, "We open at nine.")]
        );
        assert_eq!(run.steps[0].reasoning.as_deref(), Some("hm"));
        let usage = run.trail.calls.usage();
        assert_eq!((usage.input_tokens, usage.output_tokens), (40, 10));
        let sent = model.sent();
        assert!(sent[1].messages.starts_with(&sent[0].messages));
        assert_eq!(sent[1].request_id.as_deref(), Some("job-2"));
        assert_eq!((sent[0].max_tokens, sent[1].max_tokens), (136, 116));
        insta::assert_snapshot!(run.trail.prompt.canonical_text());
    }

    #[tokio::test]
    async fn a_cut_empty_or_long_answer_is_no_text() {
        let (ok, cut) = (note("ok"), || Err(failure(FailureKind::Truncated)));
        assert_eq!(fault(&Scripted::new([cut()])).await, (1, FaultKind::Truncated));
        assert_eq!(fault(&Scripted::new([Ok(completion(&ok)), cut()])).await, (2, FaultKind::Truncated));
        assert_eq!(fault(&Scripted::texts([&ok, &message("  ")])).await, (2, FaultKind::Empty));
        assert_eq!(fault(&Scripted::texts([&ok, &message(&"x".repeat(101))])).await, (2, FaultKind::TooLong));
        let ends_in_space = format!("{} ", "x".repeat(100));
        assert_eq!(fault(&Scripted::texts([&ok, &message(&ends_in_space)])).await, (2, FaultKind::TooLong));
        assert_eq!(fault(&Scripted::texts([&note(&"x".repeat(121))])).await, (1, FaultKind::TooLong));
        assert_eq!(
            fault(&Scripted::texts([&ok, &message("<<<DATA x")])).await,
            (2, FaultKind::RepeatsPrompt)
        );
        assert_eq!(fault(&Scripted::texts([&ok, "We open at nine."])).await, (2, FaultKind::NotJson));
        assert_eq!(fault(&Scripted::texts([&ok, &ok])).await, (2, FaultKind::WrongShape));
        let thought = "They want to know whether we are open tomorrow.";
        let copied = [note(thought), message(thought)];
        assert_eq!(fault(&Scripted::texts([&copied[0], &copied[1]])).await, (2, FaultKind::RepeatsNote));
    }

    #[tokio::test]
    async fn a_machine_that_goes_away_in_the_middle_is_told_from_one_that_refuses() {
        let model = Scripted::new([Ok(completion(&note("ok"))), Err(failure(FailureKind::Vanished))]);
        let error = run(&model, &plan(Execution::StepByStep), &options()).await.unwrap_err();
        assert!(matches!(&error, RunError::Unavailable { error, .. } if error.kind.costs_no_attempt()));
        assert_eq!(error.trail().unwrap().calls.0.len(), 2);

        let model = Scripted::new([Err(failure(FailureKind::ContextTooLong))]);
        let error = run(&model, &plan(Execution::StepByStep), &options()).await.unwrap_err();
        assert!(matches!(error, RunError::Rejected { .. }));
    }
}
