//! `prospector bench engine`: how much of an inference server the pipeline uses.
//!
//! Drafts are written through the real store, queue, scheduler and worker on a server that is simply there. Then the very
//! requests that were sent are sent again by a bare load generator, at several numbers of requests under way. Tokens of
//! answers a second, of the pipeline over the best of the bare ones, is the share that is used.

use std::{collections::BTreeSet, time::Duration};

use ai_harness::{
    Secret,
    client::{ChatRequest, Endpoint, InferenceClient},
    task::Prompt,
};
use anyhow::{Context as _, ensure};
use futures::{StreamExt as _, stream};
use prospector_domain::{
    engine::EngineId,
    id::JobId,
    job::JobKind,
    template::TemplateKey,
    time::{SECOND_MS, UnixMs},
};
use prospector_runtime::{clock::Stopwatch, config::Config, shutdown::Shutdown};
use prospector_store::{EngineCall, NewEngineBuild, NewJob, SettingChange};
use serde::Serialize;
use serde_json::json;

use super::bench::{STOPPED, Scratch, play, round};
use crate::{
    args::{BenchEngineArgs, Common},
    house::OPERATOR,
    machines::inference_client,
    output,
    roles::{Process, Schema},
};

/// While drafts are left, how often to look.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Longest time without any call that ends.
const PATIENCE: Duration = Duration::from_secs(300);

/// The result. Field names are part of the command's interface.
#[derive(Debug, Serialize)]
struct Measured {
    jobs: u32,
    calls: usize,
    pipeline_tokens_per_s: f64,
    bare: Vec<Bare>,
    best_concurrency: usize,
    ratio: f64,
}

/// What the bare load generator reached.
#[derive(Debug, Clone, Copy, Serialize)]
struct Bare {
    concurrency: usize,
    tokens_per_s: f64,
}

pub(crate) async fn run(common: &Common, args: &BenchEngineArgs) -> anyhow::Result<()> {
    let scratch = Scratch::new(common)?;
    let overrides = scratch
        .overrides(common)
        .with("bench", "engine.provider", "static")
        .with("bench", "engine.static.url", &args.url)
        .with("bench", "engine.policy.latency_objective_ms", SECOND_MS)
        .with("bench", "scheduler.tick_ms", 50)
        .with_some("bench", "telemetry.log_filter", common.log.is_none().then_some("warn"));
    let mut config = Config::load(common.config.as_deref(), &overrides)?;
    config.engine.static_key = args.key.as_ref().map(Secret::new);
    let client = inference_client(&config.engine.calls)?;
    let Some(process) = Process::start("prospector", config, Schema::Migrate).await? else { return Ok(()) };
    let calls = through_the_pipeline(&process, args).await?;
    let conversations = conversations(&process, &calls).await?;
    process.finish().await;

    let endpoint = Endpoint {
        base_url: args.url.clone(),
        api_key: args.key.as_ref().map(Secret::new),
        model: args.model.clone(),
    };
    let mut bare = Vec::new();
    // That of the process was asked already.
    let shutdown = Shutdown::on_signals(Duration::ZERO)?;
    for concurrency in &args.concurrency {
        let loading = load(&client, &endpoint, &conversations, concurrency.get());
        bare.push(shutdown.draining().run_until_cancelled(loading).await.context(STOPPED)??);
    }
    let best = bare.iter().copied().max_by(|a, b| a.tokens_per_s.total_cmp(&b.tokens_per_s));
    let best = best.context("--concurrency names no number")?;
    let pipeline_tokens_per_s = round(tokens_per_s(&calls)?);
    let measured = Measured {
        jobs: args.jobs,
        calls: calls.len(),
        pipeline_tokens_per_s,
        bare,
        best_concurrency: best.concurrency,
        ratio: round(pipeline_tokens_per_s / best.tokens_per_s),
    };
    report(&measured, args.json)
}

/// Writes drafts, and returns every call that was made.
async fn through_the_pipeline(process: &Process, args: &BenchEngineArgs) -> anyhow::Result<Vec<EngineCall>> {
    let (store, sources) = (&process.house.store, &process.house.sources);
    let now = sources.clock.now();
    let engine: EngineId = "do-gpu-bench_1".parse().context("the id of the bench's engine")?;
    store.seed_example(now).await?;
    let build = NewEngineBuild {
        engine: engine.clone(),
        served_model_name: args.model.clone(),
        weights_digest: "unknown".to_owned(),
        weights_source: None,
    };
    store.register_engine_build(now, OPERATOR, &build).await?;
    store.change_settings(now, OPERATOR, &[SettingChange::DraftEngine(engine)]).await?;
    let keys: Vec<TemplateKey> =
        TemplateKey::all().filter(|key| *key != TemplateKey::OPT_OUT_CONFIRMATION).collect();
    let jobs: Vec<NewJob> = keys
        .iter()
        .cycle()
        .take(usize::try_from(args.jobs).context("--jobs")?)
        .map(|key| {
            let mut job = NewJob::single(JobId(sources.ids.next(now)), JobKind::Draft, 2, now);
            job.payload =
                json!({ "template_key": key, "inbound": "Could you tell me more about this, please?" });
            job
        })
        .collect();
    store.insert_jobs(&jobs).await?;
    play(process, until_done(process)).await?;
    calls(process).await
}

async fn until_done(process: &Process) -> anyhow::Result<()> {
    let store = &process.house.store;
    let mut quiet = Stopwatch::start();
    let mut left_before = i64::MAX;
    loop {
        let left = store.unfinished_jobs(JobKind::Draft).await?;
        if left == 0 {
            return Ok(());
        }
        if left < left_before {
            (left_before, quiet) = (left, Stopwatch::start());
        }
        ensure!(quiet.elapsed() < PATIENCE, "no draft was finished within {} s", PATIENCE.as_secs());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn calls(process: &Process) -> anyhow::Result<Vec<EngineCall>> {
    let store = &process.house.store;
    let mut calls = Vec::new();
    for node in store.nodes(1_000).await? {
        calls.extend(store.calls_of_node(node.id, UnixMs(0)).await?);
    }
    ensure!(!calls.is_empty(), "no call was made; is the server at the URL, and does it serve the model?");
    Ok(calls)
}

/// What was sent, as conversations: each request of one follows the answer to the one before.
async fn conversations(process: &Process, calls: &[EngineCall]) -> anyhow::Result<Vec<Vec<ChatRequest>>> {
    let hashes: BTreeSet<_> =
        calls.iter().filter_map(|call| Some((call.job_id, call.prompt_hash?))).collect();
    let mut conversations = Vec::new();
    for (_, hash) in hashes {
        let text = process.house.store.prompt(hash).await?.context("a prompt is gone")?;
        conversations.push(Prompt::read(&text)?);
    }
    ensure!(!conversations.is_empty(), "every call failed before it was sent");
    Ok(conversations)
}

/// Sends the conversations with so many requests under way.
async fn load(
    client: &InferenceClient,
    endpoint: &Endpoint,
    conversations: &[Vec<ChatRequest>],
    concurrency: usize,
) -> anyhow::Result<Bare> {
    let stopwatch = Stopwatch::start();
    let tokens: Vec<u64> = stream::iter(conversations)
        .map(|requests| async move {
            let mut tokens = 0;
            for request in requests {
                let usage = match client.chat(endpoint, request).await {
                    Ok(completion) => completion.usage,
                    // Cut and useless answers keep the server as busy as good ones.
                    Err(error) => error.usage.unwrap_or_default(),
                };
                tokens += usage.output_tokens;
            }
            tokens
        })
        .buffer_unordered(concurrency)
        .collect()
        .await;
    let tokens = u32::try_from(tokens.iter().sum::<u64>()).context("more tokens than can be counted")?;
    ensure!(tokens > 0, "the server answered nothing at concurrency {concurrency}");
    Ok(Bare { concurrency, tokens_per_s: round(f64::from(tokens) / stopwatch.elapsed_s()) })
}

/// From the first request that was sent until the last answer.
fn tokens_per_s(calls: &[EngineCall]) -> anyhow::Result<f64> {
    let tokens: i64 = calls.iter().map(|call| call.output_tokens).sum();
    let began = calls.iter().map(|call| call.started_at_ms).min().context("no call")?;
    let ended = calls.iter().map(|call| call.ended_at_ms).max().context("no call")?;
    let tokens = f64::from(u32::try_from(tokens).context("more tokens than can be counted")?);
    let took_ms = f64::from(u32::try_from(ended.since(began).max(1)).context("it took too long")?);
    Ok(tokens * 1_000.0 / took_ms)
}

fn report(measured: &Measured, json: bool) -> anyhow::Result<()> {
    if json {
        output::line(&serde_json::to_string(measured)?);
        return Ok(());
    }
    for bare in &measured.bare {
        output::line(&format!("bare, {} under way: {:.1} tokens/s", bare.concurrency, bare.tokens_per_s));
    }
    output::line(&format!(
        "pipeline, {} drafts in {} calls: {:.1} tokens/s, {:.2} of the best bare load",
        measured.jobs, measured.calls, measured.pipeline_tokens_per_s, measured.ratio
    ));
    Ok(())
}
