//! `prospector facts`: facts before they are published, and as they are.

use std::path::Path;

use anyhow::Context as _;
use prospector_domain::{
    facts::{Facts, facts_schema},
    gate::{Gate, GateContext, Verdict},
};
use prospector_store::{PastDraft, Refusal, StoreError};
use serde::Serialize;

use super::gate::{read, read_facts};
use crate::{
    args::{Common, FactsCommand},
    house::House,
    output,
};

/// A draft whose verdict new facts would change.
#[derive(Serialize)]
struct Change {
    draft_id: String,
    candidate_id: String,
    body: String,
    /// Under the facts in force.
    now: Verdict,
    /// Under the new ones.
    then: Verdict,
}

#[derive(Serialize)]
struct Replayed {
    content_hash: String,
    drafts: usize,
    changes: Vec<Change>,
}

/// Runs the command; false when facts were checked and would change a verdict.
pub(crate) async fn run(common: &Common, command: FactsCommand) -> anyhow::Result<bool> {
    match command {
        FactsCommand::Check { file, replay: false, json, .. } => {
            let facts = read_facts(&file)?;
            if json {
                output::json(&serde_json::json!({ "content_hash": facts.content_hash(), "facts": facts }))?;
            } else {
                output::line(&format!(
                    "{} holds facts that can be published: {}",
                    file.display(),
                    of(&facts)
                ));
            }
            Ok(true)
        }
        FactsCommand::Check { file, replay: true, last, json } => replay(common, &file, last, json).await,
        FactsCommand::Show { version } => {
            let house = House::open_for_command(common).await?;
            let version = match version {
                Some(version) => version,
                None => house.store.facts().await?.version,
            };
            let facts = house.store.facts_version(version).await?;
            let facts = facts.with_context(|| format!("there is no version {version} of the facts"))?;
            output::line(facts.body.trim_end());
            Ok(true)
        }
        FactsCommand::Schema => {
            output::json(&facts_schema())?;
            Ok(true)
        }
    }
}

async fn replay(common: &Common, file: &Path, last: i64, json: bool) -> anyhow::Result<bool> {
    let house = House::open_for_command(common).await?;
    let facts = house.store.check_facts(&read(file)?).await.with_context(|| format!("{}", file.display()))?;
    let in_force = match house.store.facts().await {
        Ok(in_force) => in_force,
        Err(StoreError::Refused(Refusal::NothingPublished { .. })) => {
            output::note("no facts are in force yet, so that there is nothing to compare with");
            return Ok(true);
        }
        Err(error) => return Err(error.into()),
    };
    let drafts = house.store.past_drafts(last).await?;
    let summary = of(&facts);
    let content_hash = facts.content_hash().to_string();
    let gate = Gate::new(facts);
    let changes: Vec<Change> = drafts.iter().filter_map(|past| change(past, &in_force.gate, &gate)).collect();
    let is_same = changes.is_empty();
    if json {
        output::json(&Replayed { content_hash, drafts: drafts.len(), changes })?;
        return Ok(is_same);
    }
    output::line(&format!("{} holds facts that can be published: {summary}", file.display()));
    output::line(&format!("{} of the last {} drafts would change", changes.len(), drafts.len()));
    for change in &changes {
        output::line(&in_words(change));
    }
    Ok(is_same)
}

/// What becomes of a draft, where its verdict or what is said about it changes.
fn change(past: &PastDraft, now: &Gate, then: &Gate) -> Option<Change> {
    let PastDraft { draft, inbound, channel } = past;
    let context = GateContext { inbound: Some(inbound), channel: Some(channel), ..GateContext::default() };
    let (now, then) = (now.validate(&draft.body, &context), then.validate(&draft.body, &context));
    let codes = |verdict: &Verdict| -> Vec<_> {
        verdict.violations.iter().map(|violation| (violation.span, violation.code)).collect()
    };
    (codes(&now) != codes(&then)).then(|| Change {
        draft_id: draft.id.to_string(),
        candidate_id: draft.candidate_id.to_string(),
        body: draft.body.clone(),
        now,
        then,
    })
}

fn in_words(change: &Change) -> String {
    let said = |verdict: &Verdict| if verdict.ok { "ok" } else { "hold" };
    let mut text = format!(
        "\ndraft {}: {} -> {}\n  {}",
        change.draft_id,
        said(&change.now),
        said(&change.then),
        change.body
    );
    let is_in = |verdict: &Verdict, other: &prospector_domain::gate::Violation| {
        verdict.violations.iter().any(|one| one.code == other.code && one.span == other.span)
    };
    for gone in change.now.violations.iter().filter(|one| !is_in(&change.then, one)) {
        text.push_str(&format!("\n  no longer {} {:?}", gone.code, gone.text));
    }
    for new in change.then.violations.iter().filter(|one| !is_in(&change.now, one)) {
        text.push_str(&format!("\n  new: {} {:?}", new.code, new.text));
        if let Some(fact) = &new.fact {
            text.push_str(&format!("; the facts would say: {fact}"));
        }
    }
    text
}

fn of(facts: &Facts) -> String {
    format!(
        "{} rates, {} places, {} public contacts, {} never offered",
        facts.rates.len(),
        facts.locations.len(),
        facts.public_contacts.len(),
        facts.never_offer.len()
    )
}
