//! `prospector builds`: which weights an engine id stands for.

use prospector_store::{EngineBuild, NewEngineBuild};

use crate::{
    args::{BuildsCommand, Common},
    house::{House, OPERATOR},
    output,
};

pub(crate) async fn run(common: &Common, command: BuildsCommand) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    match command {
        BuildsCommand::Register { engine, model, digest, weights } => {
            if let Some(weights) = &weights {
                weights.parse::<ai_harness::providers::WeightsSource>()?;
            }
            let new = NewEngineBuild {
                engine,
                served_model_name: model,
                weights_digest: digest,
                weights_source: weights,
            };
            let build = house.store.register_engine_build(house.sources.clock.now(), OPERATOR, &new).await?;
            output::line(&format!("{} is served as {}", build.engine, build.served_model_name));
            Ok(())
        }
        BuildsCommand::List { json } => {
            let builds = house.store.engine_builds().await?;
            output::rows(&builds, json, &["engine", "served as", "weights", "from", "registered"], columns)
        }
    }
}

fn columns(build: &EngineBuild) -> Vec<String> {
    vec![
        build.engine.to_string(),
        build.served_model_name.clone(),
        build.weights_digest.clone(),
        build.weights_source.clone().unwrap_or_else(|| "-".to_owned()),
        build.created_at_ms.to_string(),
    ]
}
