//! Asks a model what is wrong with a text that has passed the gate.

use ai_harness::task::{Criterion as Line, Judge, JudgeInput, Judged, Untrusted};
use jiff::civil::Date;
use prospector_domain::{
    content_hash::ContentHash,
    facts::Facts,
    judgement::{Criterion, JudgedProblem, Judgement},
    workflow::fact_lines,
};
use strum::VariantArray as _;

use super::{asked::Asked, asker::Asker};

/// What is judged, and by what.
pub(crate) struct Question<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) today: Option<Date>,
    /// The message that the text answers, where it answers one.
    pub(crate) inbound: Option<&'a str>,
    pub(crate) body: &'a str,
}

/// Asks for a judgement. A model that is away, or answers nothing usable, gives none and fails nothing: what has passed
/// the gate goes on.
pub(crate) async fn judge(asker: &Asker<'_>, question: &Question<'_>) -> Judgement {
    let why = match asker.run::<Judge>(&input(question)).await {
        Ok(Asked::Answer((judged, prompt_hash))) => return found(asker, judged, prompt_hash),
        Ok(Asked::NoUse(why)) => why,
        Ok(Asked::Wait(_)) => format!("engine {} does not answer", asker.engine),
        Err(error) => error.chain.join(": "),
    };
    tracing::warn!(why, "no judgement");
    none(asker, why)
}

/// The absence of a judgement.
pub(crate) fn none(asker: &Asker<'_>, why: String) -> Judgement {
    Judgement {
        engine: asker.engine.clone(),
        problems: None,
        discarded: 0,
        missing_because: Some(why),
        prompt_hash: None,
        judged_at_ms: asker.clock.now(),
    }
}

fn input(question: &Question<'_>) -> JudgeInput {
    let Question { facts, today, inbound, body } = question;
    let mut reference = fact_lines(facts, *today);
    // A writer never sees this list, for it would use the words; whoever only judges must know it.
    if !facts.never_offer.is_empty() {
        reference.push(format!("never offered: {}", facts.never_offer.join(", ")));
    }
    JudgeInput {
        rubric: Criterion::VARIANTS
            .iter()
            .map(|line| Line { id: line.to_string(), question: line.question().to_owned() })
            .collect(),
        reference: reference.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"),
        context: inbound.iter().map(|text| Untrusted::new("message", *text)).collect(),
        text: Untrusted::new("reply", *body),
    }
}

fn found(asker: &Asker<'_>, judged: Judged, prompt_hash: ContentHash) -> Judgement {
    let problems = judged.problems.into_iter().filter_map(|problem| {
        // The schema allows the lines of the rubric only, and the task has checked it.
        let criterion = problem.criterion.parse().ok()?;
        Some(JudgedProblem { criterion, quote: problem.quote, why: problem.why })
    });
    Judgement {
        engine: asker.engine.clone(),
        problems: Some(problems.collect()),
        discarded: u32::try_from(judged.discarded).unwrap_or(u32::MAX),
        missing_because: None,
        prompt_hash: Some(prompt_hash),
        judged_at_ms: asker.clock.now(),
    }
}
