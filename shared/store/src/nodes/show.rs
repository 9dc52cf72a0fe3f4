//! Looking at machines.

use prospector_domain::{engine::EngineId, id::NodeId, node::NodeKey, time::UnixMs};

use super::row::{Node, NodeRow};
use crate::{
    Store,
    error::StoreError,
    row::RowName,
    session::{fetch_all, fetch_one, fetch_optional},
    statement::nodes,
};

/// A machine that serves, and how it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServingNode {
    /// The machine.
    pub id: NodeId,
    /// Where its server listens.
    pub base_url: String,
    /// The key its server wants.
    pub api_key: Option<NodeKey>,
    /// The name under which it serves the model.
    pub served_model_name: String,
}

/// How one machine came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boot {
    /// From asking for it until it served, or until it was given up, in milliseconds.
    pub took_ms: i64,
    /// True when it came to serve; false when it failed before it did.
    pub served: bool,
}

#[derive(sqlx::FromRow)]
struct ServingRow {
    id: String,
    base_url: String,
    api_key: Option<String>,
    served_model_name: String,
}

#[derive(sqlx::FromRow)]
struct BootRow {
    id: String,
    created_at_ms: i64,
    ready_at_ms: Option<i64>,
    given_up_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct AtRow {
    at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    nodes: i64,
}

impl Store {
    /// One machine, whatever its phase.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.get", skip_all)]
    pub async fn node(&self, id: NodeId) -> Result<Option<Node>, StoreError> {
        let mut session = self.db.read().await?;
        fetch_optional!(session, nodes::GET => NodeRow; id.to_string())?.map(NodeRow::into_node).transpose()
    }

    /// Machines, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.list", skip_all)]
    pub async fn nodes(&self, limit: i64) -> Result<Vec<Node>, StoreError> {
        let mut session = self.db.read().await?;
        into_nodes(fetch_all!(session, nodes::LIST => NodeRow; limit)?)
    }

    /// Machines that are not gone, oldest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.live", skip_all)]
    pub async fn live_nodes(&self) -> Result<Vec<Node>, StoreError> {
        let mut session = self.db.read().await?;
        into_nodes(fetch_all!(session, nodes::LIVE => NodeRow;)?)
    }

    /// Machines that are gone and whose costs are not final, the first to go first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.unsettled", skip_all)]
    pub async fn gone_unsettled_nodes(&self, limit: i64) -> Result<Vec<Node>, StoreError> {
        let mut session = self.db.read().await?;
        into_nodes(fetch_all!(session, nodes::UNSETTLED => NodeRow; limit)?)
    }

    /// Machines that serve an engine now, oldest first. None of an engine whose build is not registered: nobody knows
    /// under which name its model is served.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.serving", skip_all)]
    pub async fn serving_nodes(&self, engine: &EngineId) -> Result<Vec<ServingNode>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, nodes::SERVING => ServingRow; engine.to_string())?;
        rows.into_iter().map(ServingRow::into_serving).collect()
    }

    /// How the last machines of a provider came up for an engine, newest first. One that was called off before it served
    /// is left out.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.boots", skip_all)]
    pub async fn recent_boots(
        &self,
        provider: &str,
        engine: &EngineId,
        limit: i64,
    ) -> Result<Vec<Boot>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, nodes::BOOTS => BootRow; provider, engine.to_string(), limit)?;
        rows.into_iter().map(BootRow::into_boot).collect()
    }

    /// When the last machine that served an engine stopped to; none when none ever did, apart from those that serve now.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.served_until", skip_all)]
    pub async fn engine_served_until(&self, engine: &EngineId) -> Result<Option<UnixMs>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_one!(session, nodes::SERVED_UNTIL => AtRow; engine.to_string())?;
        Ok(row.at_ms.map(UnixMs))
    }

    /// How many machines were asked for at `since` or later. Adopted ones do not count: nobody asked.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.nodes.provisions", skip_all)]
    pub async fn provisions_since(&self, since: UnixMs) -> Result<i64, StoreError> {
        let mut session = self.db.read().await?;
        Ok(fetch_one!(session, nodes::PROVISIONS => CountRow; since.0)?.nodes)
    }
}

fn into_nodes(rows: Vec<NodeRow>) -> Result<Vec<Node>, StoreError> {
    rows.into_iter().map(NodeRow::into_node).collect()
}

impl ServingRow {
    fn into_serving(self) -> Result<ServingNode, StoreError> {
        Ok(ServingNode {
            id: RowName { table: "nodes", id: &self.id }.parse("id", &self.id)?,
            base_url: self.base_url,
            api_key: self.api_key.map(NodeKey::new),
            served_model_name: self.served_model_name,
        })
    }
}

impl BootRow {
    fn into_boot(self) -> Result<Boot, StoreError> {
        let name = RowName { table: "nodes", id: &self.id };
        let ended_at_ms = self
            .ready_at_ms
            .or(self.given_up_at_ms)
            .ok_or_else(|| name.bad("destroying_at_ms", "is missing of one that is not wanted any more"))?;
        Ok(Boot { took_ms: ended_at_ms - self.created_at_ms, served: self.ready_at_ms.is_some() })
    }
}
