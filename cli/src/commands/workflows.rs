//! `prospector workflows`: how replies are written by a model, as versions and the labels between them.

use anyhow::Context as _;
use prospector_domain::workflow::{Challenger, WorkflowId};
use prospector_store::WorkflowVersion;

use crate::{
    args::{Common, WorkflowsCommand},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, command: WorkflowsCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let (store, now) = (&house.store, house.sources.clock.now());
    match command {
        WorkflowsCommand::Publish { files } => {
            for file in files {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                let published = store
                    .publish_workflow(now, OPERATOR, &text)
                    .await
                    .with_context(|| format!("{} was not published", file.display()))?;
                output::line(&format!("workflow {} version {}", published.id, published.version));
            }
            Ok(())
        }
        WorkflowsCommand::List => list(&house).await,
        WorkflowsCommand::Show { id, version } => show(&house, &id.parse()?, version).await,
        WorkflowsCommand::Live { id, version } => {
            let id: WorkflowId = id.parse()?;
            store.make_workflow_live(now, OPERATOR, &id, version).await?;
            output::line(&format!("workflow {id} version {version} is live"));
            Ok(())
        }
        WorkflowsCommand::Challenge { id, version, share_permille, engine } => {
            let id: WorkflowId = id.parse()?;
            let challenger = (share_permille > 0).then_some(Challenger { version, share_permille, engine });
            let ended = challenger.is_none();
            store.challenge_workflow(now, OPERATOR, &id, challenger).await?;
            output::line(&if ended {
                format!("nothing challenges the live version of workflow {id}")
            } else {
                format!("workflow {id} version {version} writes for {share_permille} threads of a thousand")
            });
            Ok(())
        }
    }
}

async fn list(house: &House) -> anyhow::Result<()> {
    let versions = house.store.workflow_versions(None, 1_000).await?;
    let labels = house.store.workflow_labels().await?;
    let labels_of = |version: &WorkflowVersion| {
        let here = labels.iter().filter(|label| label.id == version.id && label.version == version.version);
        here.map(|label| label.label.to_string()).collect::<Vec<_>>().join(", ")
    };
    let rows = versions.iter().map(|version| {
        vec![
            version.id.to_string(),
            version.version.to_string(),
            labels_of(version),
            version.created_by.clone(),
            version.created_at_ms.to_string(),
        ]
    });
    output::table(&["workflow", "version", "label", "by", "published"], rows.collect());
    Ok(())
}

async fn show(house: &House, id: &WorkflowId, version: Option<i64>) -> anyhow::Result<()> {
    let version = match version {
        Some(version) => version,
        None => {
            let documents = house.store.documents().await?;
            let labels =
                documents.workflows.labels(id).with_context(|| format!("no workflow with id {id}"))?;
            labels.live()
        }
    };
    let workflow = house.store.workflow(id, version).await?;
    let workflow = workflow.with_context(|| format!("workflow {id} has no version {version}"))?;
    output::line(workflow.to_toml().trim_end());
    Ok(())
}
