//! The calls of a model that one attempt at a job makes. They are kept with whatever comes of the attempt, a
//! failure too: they were paid for. Only a result that comes too late takes its calls with it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use prospector_domain::content_hash::ContentHash;
use prospector_store::{Advance, NewCall, NewPrompt, Outcome};

/// What was asked, and what it used.
#[derive(Debug, Default)]
pub(crate) struct CallLog {
    made: Mutex<Made>,
}

#[derive(Debug, Default)]
struct Made {
    calls: Vec<NewCall>,
    prompts: Vec<NewPrompt>,
}

impl CallLog {
    fn made(&self) -> MutexGuard<'_, Made> {
        // Every change is a single push or a plain loop, so a poisoned log is still a log.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call.
    pub(crate) fn note(&self, call: NewCall) {
        self.made().calls.push(call);
    }

    /// Notes the exact prompt, in its canonical text, of the calls noted since the last one.
    pub(crate) fn note_prompt(&self, prompt: &str) -> ContentHash {
        let hash = ContentHash::of(prompt.as_bytes());
        let mut made = self.made();
        for call in made.calls.iter_mut().filter(|call| call.prompt_hash.is_none()) {
            call.prompt_hash = Some(hash);
        }
        if !made.prompts.iter().any(|known| known.hash == hash) {
            made.prompts.push(NewPrompt { hash, body: prompt.to_owned() });
        }
        hash
    }

    /// The result of a job together with its calls: a step's own, so that they belong to the draft that it keeps.
    pub(crate) fn with(&self, mut result: Advance) -> Advance {
        let made = self.made();
        if made.calls.is_empty() && made.prompts.is_empty() {
            return result;
        }
        let (calls, prompts) = (made.calls.clone(), made.prompts.clone());
        match &mut result.outcome {
            Outcome::Step(step) | Outcome::StepAndRetry(step, _) => {
                (step.calls, step.prompts) = (calls, prompts);
                result
            }
            _ => result.with_calls(calls, prompts),
        }
    }
}
