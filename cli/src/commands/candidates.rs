//! `prospector candidates`: looking at candidates and deciding about them.

use anyhow::{Context as _, bail};
use prospector_domain::record::Candidate;
use prospector_store::{Approval, CandidateFilter};

use crate::{
    args::{CandidatesCommand, Common},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, command: CandidatesCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let (store, now) = (&house.store, house.sources.clock.now());
    let said = match command {
        CandidatesCommand::List { state, limit, json } => {
            let filter = CandidateFilter { state, ..CandidateFilter::default() };
            let candidates = store.candidates(&filter, i64::from(limit)).await?;
            let header = ["id", "state", "intent", "template", "hold reason", "detail"];
            return output::rows(&candidates, json, &header, columns);
        }
        CandidatesCommand::Show { id } => {
            let view = store.candidate(id).await?.with_context(|| format!("no candidate has the id {id}"))?;
            return output::json(&view);
        }
        CandidatesCommand::Approve { id, text } => {
            if let Approval::Violates(verdict) = store.approve(now, id, OPERATOR, text.as_deref()).await? {
                output::json(&verdict)?;
                bail!("the gate found something in the text; nothing was changed");
            }
            format!("candidate {id} goes out")
        }
        CandidatesCommand::Reject { id } => {
            store.reject(now, id, OPERATOR).await?;
            format!("candidate {id} will not be sent")
        }
        CandidatesCommand::Undo { id } => {
            store.undo(now, id, OPERATOR).await?;
            format!("candidate {id} was called back and waits for review")
        }
        CandidatesCommand::Release { id } => {
            store.release(now, id, OPERATOR).await?;
            format!("candidate {id} goes on")
        }
        CandidatesCommand::MarkDelivered { id } => {
            store.mark_delivered(now, id, OPERATOR).await?;
            format!("candidate {id} is noted as delivered")
        }
    };
    output::line(&said);
    Ok(())
}

fn columns(candidate: &Candidate) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    vec![
        candidate.id.to_string(),
        candidate.state.to_string(),
        or_dash(candidate.intent.map(|intent| intent.to_string())),
        or_dash(candidate.template_key.map(|key| key.to_string())),
        or_dash(candidate.hold.as_ref().map(|hold| hold.reason.to_string())),
        or_dash(candidate.hold.as_ref().map(|hold| hold.detail.clone())),
    ]
}
