//! Rows of workflows and of their labels.

use std::collections::BTreeMap;

use prospector_domain::workflow::{Arm, Challenger, Labels, Workflow, WorkflowError, WorkflowId};

use crate::{
    error::StoreError,
    row::RowName,
    session::{Session, fetch_all, fetch_optional},
    statement::workflows,
};

/// A version that a label points to, with the label.
#[derive(sqlx::FromRow)]
struct LabelledRow {
    id: String,
    version: i64,
    body: String,
    label: String,
    share_permille: Option<i64>,
    engine: Option<String>,
}

#[derive(sqlx::FromRow)]
struct BodyRow {
    body: String,
}

/// One workflow with the versions that may write.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub(super) labels: Labels,
    pub(super) live: Workflow,
    pub(super) challenger: Option<Workflow>,
}

/// Reads a workflow in either notation: a JSON document begins with a brace, which no TOML document does.
pub(super) fn parse(text: &str) -> Result<Workflow, WorkflowError> {
    if text.trim_start().starts_with('{') { Workflow::parse_json(text) } else { Workflow::parse_toml(text) }
}

/// One version, as the caller's transaction sees it.
pub(super) async fn find(
    session: &mut Session,
    id: &WorkflowId,
    version: i64,
) -> Result<Option<Workflow>, StoreError> {
    let row = fetch_optional!(session, workflows::GET => BodyRow; id.as_str(), version)?;
    row.map(|row| read(id.as_str(), version, &row.body)).transpose()
}

/// Every workflow with its labels and the versions they are on. One statement, so that they fit each other even outside
/// of a transaction.
pub(super) async fn labelled(session: &mut Session) -> Result<BTreeMap<WorkflowId, Labelled>, StoreError> {
    let mut rows = BTreeMap::<String, Vec<LabelledRow>>::new();
    for row in fetch_all!(session, workflows::LABELLED => LabelledRow;)? {
        rows.entry(row.id.clone()).or_default().push(row);
    }
    let read = |(id, rows): (String, Vec<LabelledRow>)| {
        let id = RowName { table: "workflow_labels", id: &id }.parse("workflow_id", &id)?;
        Ok((id, labels_of(&rows)?))
    };
    rows.into_iter().map(read).collect()
}

/// A version's text was checked when it was published; the number is the store's.
fn read(id: &str, version: i64, body: &str) -> Result<Workflow, StoreError> {
    let name = RowName { table: "workflows", id };
    let workflow = parse(body).map_err(|error| name.bad("body", error))?;
    if workflow.id.as_str() != id {
        return Err(name.bad("body", format!("it says that it is {}", workflow.id)));
    }
    Ok(Workflow { version, ..workflow })
}

fn labels_of(rows: &[LabelledRow]) -> Result<Labelled, StoreError> {
    let (mut live, mut challenger, mut trial) = (None, None, None);
    for row in rows {
        let name = row.name();
        let workflow = read(&row.id, row.version, &row.body)?;
        match name.parse("label", &row.label)? {
            Arm::Live => live = Some(workflow),
            Arm::Challenger => {
                challenger = row.challenger()?;
                trial = challenger.is_some().then_some(workflow);
            }
        }
    }
    let name = RowName { table: "workflow_labels", id: rows.first().map_or("", |row| &row.id) };
    let live = live.ok_or_else(|| name.bad("label", "none is live"))?;
    let labels = Labels::new(live.version, challenger).map_err(|error| name.bad("version", error))?;
    Ok(Labelled { labels, live, challenger: trial })
}

impl LabelledRow {
    fn name(&self) -> RowName<'_> {
        RowName { table: "workflow_labels", id: &self.id }
    }

    /// None for one whose trial has ended.
    fn challenger(&self) -> Result<Option<Challenger>, StoreError> {
        challenger(self.name(), self.version, self.share_permille, self.engine.as_deref())
    }
}

/// The challenger that a label stands for. A share of 0 is a trial that has ended: its row stays, because revisions are
/// counted on from it.
pub(super) fn challenger(
    name: RowName<'_>,
    version: i64,
    share_permille: Option<i64>,
    engine: Option<&str>,
) -> Result<Option<Challenger>, StoreError> {
    if share_permille == Some(0) {
        return Ok(None);
    }
    let missing = |column| name.bad(column, "is missing of a challenger");
    let share = share_permille.ok_or_else(|| missing("share_permille"))?;
    let engine = engine.ok_or_else(|| missing("engine"))?;
    Ok(Some(Challenger {
        version,
        share_permille: u16::try_from(share).map_err(|error| name.bad("share_permille", error))?,
        engine: name.parse("engine", engine)?,
    }))
}
