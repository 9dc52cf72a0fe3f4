//! `prospector doctor`: looks at everything the configuration depends on, and says how to mend what is wrong.

use std::{path::Path, time::Duration};

use prospector_domain::{engine::EngineId, mode::Mode, template::TemplateKey, workflow::WorkflowSet};
use prospector_runtime::{
    config::{Config, ProviderKind},
    doctor::{Check, Outcome, Report},
};
use prospector_store::{Store, StoreError};

use crate::{
    args::{Common, JsonArgs},
    house::{House, load_config},
    output,
};

/// Longest wait for a sink to accept a connection.
const SINK_TIMEOUT: Duration = Duration::from_secs(3);

/// Runs the command; true when nothing has failed.
pub(crate) async fn run(common: &Common, args: &JsonArgs) -> anyhow::Result<bool> {
    let mut checks = Vec::new();
    match load_config(common) {
        Ok(config) => {
            checks.push(Check::ok("configuration", "every setting is well formed"));
            checks.push(data_folder(&config.data_dir));
            check_services(config, &mut checks).await;
        }
        Err(error) => {
            checks.push(Check::fail("configuration", format!("{error:#}"), "correct the setting named"));
        }
    }
    let report = Report::new(checks);
    output::line(if args.json { report.to_json() } else { report.to_text() }.trim_end());
    Ok(report.outcome != Outcome::Fail)
}

fn data_folder(folder: &Path) -> Check {
    let probe = folder.join(".doctor");
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) => Check::ok("data folder", format!("{} can be written to", folder.display())),
        Err(error) => Check::fail(
            "data folder",
            format!("{} cannot be written to: {error}", folder.display()),
            "create it for this user, or set data_dir",
        ),
    }
}

async fn check_services(config: Config, checks: &mut Vec<Check>) {
    let url = config.database.url.clone();
    let sinks: Vec<(String, String)> =
        config.sinks.iter().map(|(name, sink)| (name.clone(), sink.url.expose().to_owned())).collect();
    let routed = config.dispatch.default_sink.is_some() || !config.dispatch.channels.is_empty();
    match House::open(config).await {
        Ok(house) => {
            checks.push(Check::ok("database", format!("{url} answers")));
            let at_schema = schema(&house.store).await;
            let ready = at_schema.outcome == Outcome::Ok;
            checks.push(at_schema);
            checks.push(queue(&house).await);
            if ready {
                checks.extend(contents(&house.store, house.config.engine.provider).await);
            }
            house.store.close().await;
        }
        Err(error) => checks.push(Check::fail(
            "database",
            format!("{error:#}"),
            "start it, or set database.url to postgres://… or sqlite:…",
        )),
    }
    for (name, url) in sinks {
        checks.push(sink(&name, &url).await);
    }
    if !routed {
        checks.push(Check::warn(
            "dispatch",
            "no sink is set, so approved replies are held",
            "run `prospector sink` to try it, or add [sinks.<name>] and dispatch.default_sink",
        ));
    }
}

async fn schema(store: &Store) -> Check {
    match store.check_schema().await {
        Ok(()) => Check::ok("schema", "is the one this program knows"),
        Err(error @ StoreError::OlderSchema { .. }) => Check::fail(
            "schema",
            error.to_string(),
            "run `prospector migrate` (`prospector up` does it by itself)",
        ),
        Err(error) => Check::fail("schema", error.to_string(), "use a program as new as the database"),
    }
}

async fn queue(house: &House) -> Check {
    let url = &house.config.queue.url;
    if url.expose().starts_with("memory") {
        return Check::ok("queue", "memory: every role runs in one process");
    }
    let pinged = match house.queue().await {
        Ok(queue) => queue.ping().await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    match pinged {
        Ok(()) => Check::ok("queue", format!("{url} answers")),
        Err(error) => Check::fail("queue", format!("{error:#}"), "start Redis, or set queue.url"),
    }
}

async fn contents(store: &Store, provider: ProviderKind) -> Vec<Check> {
    let mut checks = Vec::new();
    let documents = store.documents().await;
    checks.push(match &documents {
        Ok(documents) => Check::ok(
            "documents",
            format!("facts {}, playbook {}", documents.facts.version, documents.playbook.version),
        ),
        Err(error) => Check::fail(
            "documents",
            error.to_string(),
            "publish your own with `prospector publish`, or the example with `prospector seed`",
        ),
    });
    match store.settings().await {
        Ok(settings) => {
            let engine = &settings.draft_engine;
            checks.push(match settings.mode {
                Mode::Go => Check::ok("mode", "go: clean drafts are sent"),
                Mode::Draft => Check::ok("mode", "draft: clean drafts wait for a human"),
                Mode::Pause => {
                    Check::warn("mode", "pause: nothing is sent", "`prospector settings mode draft`")
                }
            });
            checks.push(draft_engine(store, engine, provider).await);
            if let Ok(documents) = &documents
                && *engine != EngineId::Template
            {
                checks.push(workflows(documents.workflows.set(), engine));
            }
        }
        Err(error) => checks.push(Check::fail("settings", error.to_string(), "see the database check")),
    }
    checks
}

/// Whether the engine in force can write.
async fn draft_engine(store: &Store, engine: &EngineId, provider: ProviderKind) -> Check {
    let title = "draft engine";
    if *engine == EngineId::Template {
        return Check::ok(title, "template: fixed texts, no model");
    }
    if provider == ProviderKind::None {
        let mend = "set GPU_INFERENCE_URL or engine.provider, or `prospector settings draft-engine template`";
        return Check::fail(title, format!("{engine} has no provider of machines"), mend);
    }
    match (store.engine_build(engine).await, store.serving_nodes(engine).await) {
        (Err(error), _) | (_, Err(error)) => Check::fail(title, error.to_string(), "see the database check"),
        (Ok(None), _) => Check::fail(
            title,
            format!("nobody knows under which name {engine} is served"),
            "`prospector builds register`",
        ),
        (Ok(Some(_)), Ok(nodes)) if nodes.is_empty() => {
            Check::ok(title, format!("{engine}: a machine from {provider} is ordered when there is work"))
        }
        (Ok(Some(_)), Ok(nodes)) => Check::ok(title, format!("{engine}: {} machines serve", nodes.len())),
    }
}

/// Whether a workflow is there for whatever a model may have to write.
fn workflows(live: &WorkflowSet, engine: &EngineId) -> Check {
    let title = "workflows";
    let open = live.uncovered_keys(engine);
    if open.is_empty() {
        return Check::ok(title, "one is live for every template key in every situation");
    }
    let keys: Vec<String> = open.iter().map(TemplateKey::to_string).collect();
    let words = format!("none is live for {} in some situation: such replies are held", keys.join(" "));
    Check::warn(title, words, "`prospector workflows publish`")
}

async fn sink(name: &str, url: &str) -> Check {
    let title = format!("sink {name}");
    let mend = "start the receiver, or correct the sink's url";
    let client = match reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(SINK_TIMEOUT)
        .build()
    {
        Ok(client) => client,
        Err(error) => return Check::fail(&title, error.to_string(), mend),
    };
    // HEAD carries no message and no signature: it only shows that somebody answers.
    match client.head(url).send().await {
        Ok(answer) => Check::ok(&title, format!("answers (HTTP {})", answer.status().as_u16())),
        Err(error) => Check::fail(&title, error.without_url().to_string(), mend),
    }
}

#[cfg(test)]
mod tests {
    use prospector_domain::example;

    use super::*;

    #[test]
    fn replies_that_no_workflow_writes_are_named() {
        let engine: EngineId = "do-gpu-small_1".parse().unwrap();
        assert_eq!(workflows(&example::workflows(), &engine).outcome, Outcome::Ok);
        let none = Report::new(vec![workflows(&WorkflowSet::default(), &engine)]).to_text();
        assert!(none.contains("warn  workflows") && none.contains("① ②"), "{none}");
        assert!(!none.contains(&TemplateKey::OPT_OUT_CONFIRMATION.to_string()), "its form is fixed: {none}");
    }
}
