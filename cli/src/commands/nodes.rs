//! `prospector nodes`: machines, and what each part of their time cost.

use anyhow::Context as _;
use prospector_domain::time::UnixMs;
use prospector_store::{LedgerEntry, Node};

use crate::{
    args::{Common, NodesCommand},
    commands::cost::dollars,
    house::House,
    output,
};

pub(crate) async fn run(common: &Common, command: NodesCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    match command {
        NodesCommand::List { limit, json } => {
            let nodes = house.store.nodes(i64::from(limit)).await?;
            let header = &["id", "engine", "from", "phase", "since", "price/h", "why"];
            output::rows(&nodes, json, header, columns)
        }
        NodesCommand::Show { id } => {
            let node = house.store.node(id).await?.with_context(|| format!("no node with id {id}"))?;
            output::json(&node)?;
            let ledger = house.store.node_ledger(id).await?;
            output::rows(&ledger, false, &["from", "to", "phase", "cost"], interval)
        }
    }
}

fn columns(node: &Node) -> Vec<String> {
    let place = [node.provider.as_str(), &node.region, &node.size];
    vec![
        node.id.to_string(),
        node.engine.to_string(),
        place.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/"),
        node.phase.to_string(),
        node.phase_at_ms.to_string(),
        dollars(node.price_microusd_per_hour),
        node.error.clone().unwrap_or_else(|| node.reason.clone()),
    ]
}

fn interval(interval: &LedgerEntry) -> Vec<String> {
    let moment = |at: UnixMs| at.to_string();
    vec![
        moment(interval.from_ms),
        moment(interval.to_ms),
        interval.phase.to_string(),
        dollars(interval.cost_microusd),
    ]
}
