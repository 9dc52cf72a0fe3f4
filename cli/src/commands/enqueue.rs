//! `prospector enqueue`: hands one message in, straight into the store.

use anyhow::Context as _;
use prospector_domain::acceptable;
use prospector_store::{InboundMessage, Ingested};

use crate::{
    args::{Common, EnqueueArgs},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, args: EnqueueArgs) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let now = house.sources.clock.now();
    let limit = house.config.api.inbound.text_max_chars;
    let id = args.id.unwrap_or_else(|| house.sources.ids.next(now).to_string());
    let thread = args.thread.unwrap_or_else(|| id.clone());
    acceptable::text(&args.text, limit).context("the text")?;
    acceptable::identifier(&id).context("--id")?;
    acceptable::identifier(&thread).context("--thread")?;
    acceptable::contact(&args.contact).context("--contact")?;
    acceptable::channel(&args.channel).context("--channel")?;
    let message = InboundMessage {
        source: OPERATOR.to_owned(),
        thread,
        external_id: id,
        contact: args.contact,
        channel: args.channel,
        zone: None,
        text: args.text,
        received_at_ms: now,
        traceparent: None,
    };
    match house.store.ingest(now, &[message]).await?.pop() {
        Some(Ingested::Accepted(receipt, _)) => {
            output::line(&format!(
                "accepted: thread {}, candidate {}",
                receipt.thread_id, receipt.candidate_id
            ));
            Ok(())
        }
        Some(Ingested::Repeated(receipt)) => {
            output::line(&format!("known already: candidate {}", receipt.candidate_id));
            Ok(())
        }
        Some(Ingested::Conflict(refusal)) => Err(refusal.into()),
        None => anyhow::bail!("the store gave no receipt"),
    }
}
