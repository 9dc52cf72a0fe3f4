//! `prospector bench engine`: how much of an inference server the pipeline uses.
//!
//! Drafts are written through the real store, queue, scheduler and worker on a server that is simply there. Then the very
//! requests that were sent are sent again by a bare load generator, at several numbers of requests under way. Tokens of
//! answers a second, of the pipeline over the best of the bare ones, is the share that is used.
//!
//! A server keeps what it has read of a prompt, so that whoever sends one first pays for the other. The drafts are therefore
//! written once unmeasured, and every round after that, the pipeline's turn and then the bare ones, meets the same prompts.

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
use prospector_runtime::{clock::Stopwatch, config::Config};
use prospector_store::{EngineCall, NewEngineBuild, NewJob, SettingChange};
use serde::Serialize;
use serde_json::json;

use super::bench::{Scratch, play, quantile, round};
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

/// The result: the rounds, and the median of each figure over them. Field names are part of the command's interface.
#[derive(Debug, PartialEq, Serialize)]
struct Measured {
    jobs: u32,
    calls: usize,
    pipeline_tokens_per_s: f64,
    bare: Vec<Bare>,
    best_concurrency: usize,
    ratio: f64,
    rounds: Vec<Round>,
}

/// What pipeline and bare load generator reached one after the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Round {
    calls: usize,
    pipeline_tokens_per_s: f64,
    bare: Vec<Bare>,
    /// Of the pipeline over the best of the bare.
    ratio: f64,
}

/// What the bare load generator reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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
    let rounds = play(&process, measure(&process, &client, args)).await?;
    process.finish().await;
    report(&Measured::of(args.jobs, rounds)?, args.json)
}

impl Measured {
    fn of(jobs: u32, rounds: Vec<Round>) -> anyhow::Result<Self> {
        let first = rounds.first().context("--rounds is 0")?;
        let bare: Vec<Bare> = (0..first.bare.len())
            .map(|index| Bare {
                concurrency: first.bare[index].concurrency,
                tokens_per_s: median(rounds.iter().map(|round| round.bare[index].tokens_per_s)),
            })
            .collect();
        Ok(Self {
            jobs,
            calls: rounds.iter().map(|round| round.calls).sum(),
            pipeline_tokens_per_s: median(rounds.iter().map(|round| round.pipeline_tokens_per_s)),
            best_concurrency: best(&bare)?.concurrency,
            bare,
            ratio: median(rounds.iter().map(|round| round.ratio)),
            rounds,
        })
    }
}

async fn measure(
    process: &Process,
    client: &InferenceClient,
    args: &BenchEngineArgs,
) -> anyhow::Result<Vec<Round>> {
    let endpoint = Endpoint {
        base_url: args.url.clone(),
        api_key: args.key.as_ref().map(Secret::new),
        model: args.model.clone(),
    };
    prepare(process, args).await?;
    through_the_pipeline(process, args).await?;
    let mut rounds = Vec::new();
    for _ in 0..args.rounds {
        let calls = through_the_pipeline(process, args).await?;
        let conversations = conversations(process, &calls).await?;
        let mut bare = Vec::new();
        for concurrency in &args.concurrency {
            bare.push(load(client, &endpoint, &conversations, concurrency.get()).await?);
        }
        let pipeline_tokens_per_s = round(tokens_per_s(&calls)?);
        let ratio = round(pipeline_tokens_per_s / best(&bare)?.tokens_per_s);
        rounds.push(Round { calls: calls.len(), pipeline_tokens_per_s, bare, ratio });
    }
    Ok(rounds)
}

fn best(bare: &[Bare]) -> anyhow::Result<Bare> {
    let best = bare.iter().copied().max_by(|a, b| a.tokens_per_s.total_cmp(&b.tokens_per_s));
    best.context("--concurrency names no number")
}

/// The middle one, and of an even number the lower of the two; 0 when there is none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

/// Makes a server that is simply there the engine that drafts are written by.
async fn prepare(process: &Process, args: &BenchEngineArgs) -> anyhow::Result<()> {
    let (store, now) = (&process.house.store, process.house.sources.clock.now());
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
    Ok(())
}

/// Writes drafts, and returns every call that was made for them.
async fn through_the_pipeline(process: &Process, args: &BenchEngineArgs) -> anyhow::Result<Vec<EngineCall>> {
    let (store, sources) = (&process.house.store, &process.house.sources);
    let now = sources.clock.now();
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
    until_done(process).await?;
    calls(process, now).await
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

/// The calls that ended at `from` or later.
async fn calls(process: &Process, from: UnixMs) -> anyhow::Result<Vec<EngineCall>> {
    let store = &process.house.store;
    let mut calls = Vec::new();
    for node in store.nodes(1_000).await? {
        calls.extend(store.calls_of_node(node.id, from).await?);
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
    for round in &measured.rounds {
        output::line(&format!(
            "{}: {:.2} of the best",
            speeds(round.pipeline_tokens_per_s, &round.bare),
            round.ratio
        ));
    }
    let all = speeds(measured.pipeline_tokens_per_s, &measured.bare);
    output::line(&format!(
        "medians of {} rounds of {} drafts, {} calls in all: {all}: {:.2} of the best bare load",
        measured.rounds.len(),
        measured.jobs,
        measured.calls,
        measured.ratio
    ));
    Ok(())
}

/// The speeds in words.
fn speeds(pipeline_tokens_per_s: f64, bare: &[Bare]) -> String {
    let bare = bare
        .iter()
        .map(|bare| format!("{:.1} with {} under way", bare.tokens_per_s, bare.concurrency))
        .collect::<Vec<_>>()
        .join(", ");
    format!("pipeline {pipeline_tokens_per_s:.1} tokens/s, bare {bare}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_the_median_of_each_figure() {
        let round = |pipeline_tokens_per_s: f64, two: f64, four: f64, ratio: f64| Round {
            calls: 6,
            pipeline_tokens_per_s,
            bare: vec![
                Bare { concurrency: 2, tokens_per_s: two },
                Bare { concurrency: 4, tokens_per_s: four },
            ],
            ratio,
        };
        let rounds =
            vec![round(28.0, 20.0, 30.0, 0.93), round(24.0, 32.0, 30.0, 0.75), round(33.0, 21.0, 33.0, 1.0)];
        let measured = Measured::of(2, rounds.clone()).unwrap();
        assert_eq!(
            measured,
            Measured {
                jobs: 2,
                calls: 18,
                pipeline_tokens_per_s: 28.0,
                bare: vec![
                    Bare { concurrency: 2, tokens_per_s: 21.0 },
                    Bare { concurrency: 4, tokens_per_s: 30.0 }
                ],
                best_concurrency: 4,
                ratio: 0.93,
                rounds,
            }
        );
        assert!(Measured::of(2, Vec::new()).unwrap_err().to_string().contains("--rounds"));
    }
}
