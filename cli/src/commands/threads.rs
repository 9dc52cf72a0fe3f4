//! `prospector threads`: looking at conversations and acting on them.

use anyhow::Context as _;
use prospector_domain::record::Thread;
use prospector_store::ThreadFilter;

use crate::{
    args::{Common, ThreadsCommand},
    house::{House, OPERATOR},
    output,
};

/// Messages shown of one conversation.
const MESSAGES_SHOWN: i64 = 100;

pub(crate) async fn run(common: &Common, command: ThreadsCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let (store, now) = (&house.store, house.sources.clock.now());
    match command {
        ThreadsCommand::List { limit, json } => {
            let threads = store.threads(&ThreadFilter::default(), i64::from(limit)).await?;
            output::rows(
                &threads,
                json,
                &["id", "thread", "channel", "state", "mode", "waits for", "revision"],
                columns,
            )
        }
        ThreadsCommand::Show { id } => {
            let view = store
                .thread(id, MESSAGES_SHOWN)
                .await?
                .with_context(|| format!("no thread has the id {id}"))?;
            output::json(&view)
        }
        ThreadsCommand::TakeOver { id } => {
            store.take_over(now, id, OPERATOR).await?;
            output::line(&format!("a person answers thread {id} from now on"));
            Ok(())
        }
        ThreadsCommand::GiveBack { id } => {
            store.give_back(now, id, OPERATOR).await?;
            output::line(&format!("thread {id} is given back"));
            Ok(())
        }
    }
}

fn columns(thread: &Thread) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    vec![
        thread.id.to_string(),
        thread.external_id.clone(),
        thread.channel.clone(),
        thread.state.to_string(),
        or_dash(thread.mode.map(|mode| mode.to_string())),
        or_dash(thread.sticky_hold.map(|reason| reason.to_string())),
        thread.revision.to_string(),
    ]
}
