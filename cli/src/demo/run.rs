//! One run of the demo: roles started, messages handed in over HTTP, results gathered.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail};
use futures::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use prospector_domain::{
    access::{Scope, Scopes},
    id::CandidateId,
    mode::Mode,
};
use prospector_runtime::{clock::Stopwatch, config::Config};
use prospector_store::{SettingChange, Store};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::sync::CancellationToken;

use super::{
    feed::FeedMessage,
    pace::{Turns, turns},
    report::{Row, Totals},
    tracker::Tracker,
};
use crate::{
    commands::{keys, sink},
    house::OPERATOR,
    roles::{self, Process, Schema},
};

/// Conversations that go on side by side.
const THREADS_AT_ONCE: usize = 256;
/// A run in which nothing happens for so long is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The modes of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Modes {
    pub(crate) global: Mode,
    /// The mode of the channel `web`, to show what waits for review.
    pub(crate) web: Option<Mode>,
}

/// The receiver of the run's webhooks.
pub(crate) struct Receiver {
    pub(crate) listener: TcpListener,
    pub(crate) secret: String,
}

/// Runs it all; none when told to stop before the end.
pub(crate) async fn run(
    config: Config,
    messages: &[FeedMessage],
    modes: Modes,
    receiver: Receiver,
) -> anyhow::Result<Option<(Vec<Row>, Totals)>> {
    let api = roles::listen(config.api.listen, "--listen").await?;
    let Some(process) = Process::start("prospector", config, Schema::Migrate).await? else { return Ok(None) };
    let key = prepare(&process, modes).await?;
    let client = Client::new(format!("http://{}/v1/inbound", api.local_addr()?), key)?;

    let received = Arc::new(Received::default());
    let stop_sink = CancellationToken::new();
    let sinking = sinking(receiver, Arc::clone(&received), stop_sink.clone());
    let working = async {
        tokio::try_join!(process.work(), process.schedule(), process.serve(api))?;
        anyhow::Ok(())
    };
    let feeding = async {
        let fed = feed(&process, &client, messages).await;
        process.shutdown.ask("the demo is over");
        fed
    };
    let ((), fed) = tokio::try_join!(working, async { Ok(feeding.await) })?;
    stop_sink.cancel();
    sinking.await.context("the sink ended early")??;
    let Some((accepted, seconds)) = fed? else { return Ok(None) };

    let rows = rows(&process.house.store, messages, &accepted).await?;
    let mut totals = Totals::of(&rows, messages.len(), received.duplicates(), seconds);
    // A reply that is noted as sent and that the sink never saw is lost as well.
    totals.lost += totals.sent.saturating_sub(received.effects());
    process.finish().await;
    Ok(Some((rows, totals)))
}

async fn prepare(process: &Process, modes: Modes) -> anyhow::Result<String> {
    let (store, now) = (&process.house.store, process.house.sources.clock.now());
    store.seed_example(now).await?;
    let mut changes = vec![SettingChange::Mode(modes.global)];
    if let Some(mode) = modes.web {
        changes.push(SettingChange::ChannelMode("web".to_owned(), Some(mode)));
    }
    store.change_settings(now, OPERATOR, &changes).await?;
    keys::create(&process.house, "demo", Scopes::from_iter([Scope::Enqueue]), None).await
}

/// Hands everything in and waits until all of it is at rest. Returns the accepted candidates by position in the feed,
/// and how long it took.
async fn feed(
    process: &Process,
    client: &Client,
    messages: &[FeedMessage],
) -> anyhow::Result<Option<(Vec<(usize, CandidateId)>, f64)>> {
    let stopwatch = Stopwatch::start();
    let tracker = Arc::new(Tracker::default());
    let stop = CancellationToken::new();
    let following = tokio::spawn(Arc::clone(&tracker).follow(
        Arc::clone(&process.house.store),
        Arc::clone(&process.house.sources.clock),
        stop.clone(),
    ));
    let progress = progress(messages.len());
    let talks = stream::iter(turns(messages))
        .map(|turns| talk(client, &tracker, messages, turns, &progress))
        .buffer_unordered(THREADS_AT_ONCE)
        .collect::<Vec<_>>();
    let talks = process.shutdown.draining().run_until_cancelled(talks).await;
    progress.finish_and_clear();
    stop.cancel();
    following.await.context("the tracker ended early")?;
    let Some(talks) = talks else { return Ok(None) };
    let mut accepted = Vec::with_capacity(messages.len());
    for talk in talks {
        accepted.extend(talk?);
    }
    accepted.sort_by_key(|(index, _)| *index);
    Ok(Some((accepted, stopwatch.elapsed().as_secs_f64())))
}

/// One conversation, turn by turn.
async fn talk(
    client: &Client,
    tracker: &Tracker,
    messages: &[FeedMessage],
    turns: Turns,
    progress: &ProgressBar,
) -> anyhow::Result<Vec<(usize, CandidateId)>> {
    let mut accepted = Vec::new();
    for burst in turns {
        let mut newest = None;
        for index in burst {
            if let Some(candidate) = client.hand_in(&messages[index]).await? {
                accepted.push((index, candidate));
                newest = Some(candidate);
            }
        }
        if let Some(newest) = newest {
            tracker.wait_settled(newest, PATIENCE).await;
        }
        progress.set_position(tracker.settled() as u64);
    }
    Ok(accepted)
}

async fn rows(
    store: &Store,
    messages: &[FeedMessage],
    accepted: &[(usize, CandidateId)],
) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::with_capacity(accepted.len());
    for (index, id) in accepted {
        let view = store.candidate(*id).await?.with_context(|| format!("candidate {id} is gone"))?;
        let candidate = view.candidate;
        rows.push(Row {
            thread: messages[*index].thread.clone(),
            intent: candidate.intent,
            template_key: candidate.template_key,
            state: candidate.state,
            took_ms: candidate.settled_at_ms.map(|at| at.since(candidate.created_at_ms)),
            hold: candidate.hold,
        });
    }
    Ok(rows)
}

/// Hands messages in as an upstream system would.
struct Client {
    http: reqwest::Client,
    url: String,
    key: String,
}

impl Client {
    fn new(url: String, key: String) -> anyhow::Result<Self> {
        // The API is this process: no proxy of the environment may stand between.
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build()?;
        Ok(Self { http, url, key })
    }

    /// Returns the candidate of a message that was new, none for a repeat.
    async fn hand_in(&self, message: &FeedMessage) -> anyhow::Result<Option<CandidateId>> {
        let body = json!({
            "id": message.id,
            "thread": message.thread,
            "contact": message.contact,
            "channel": message.channel,
            "text": message.text,
        });
        let answer = self.http.post(&self.url).bearer_auth(&self.key).json(&body).send().await?;
        let status = answer.status();
        let said: Value =
            answer.json().await.with_context(|| format!("the API answered {status} without JSON"))?;
        if !status.is_success() {
            bail!("message {} was refused with {status}: {said}", message.id);
        }
        if said["repeated"] == json!(true) {
            return Ok(None);
        }
        let id = said["candidate_id"].as_str().context("the receipt names no candidate")?;
        Ok(Some(id.parse()?))
    }
}

/// What the sink got.
#[derive(Default)]
struct Received {
    effects: Mutex<Vec<Value>>,
}

impl Received {
    fn note(&self, delivery: sink::Delivery) {
        if delivery.first {
            self.effects.lock().unwrap_or_else(PoisonError::into_inner).push(delivery.body);
        }
    }

    /// Messages that a contact would have seen.
    fn effects(&self) -> usize {
        self.effects.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Of these, answers to a message that was answered already, under another id.
    fn duplicates(&self) -> usize {
        let effects = self.effects.lock().unwrap_or_else(PoisonError::into_inner);
        let answered: HashSet<(String, String)> = effects
            .iter()
            .map(|body| (body["thread"]["id"].to_string(), body["in_reply_to"].to_string()))
            .collect();
        effects.len() - answered.len()
    }
}

fn sinking(
    receiver: Receiver,
    received: Arc<Received>,
    stop: CancellationToken,
) -> tokio::task::JoinHandle<anyhow::Result<()>> {
    let (sender, mut deliveries) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let noting = tokio::spawn(async move {
            while let Some(delivery) = deliveries.recv().await {
                received.note(delivery);
            }
        });
        sink::receive(receiver.listener, &receiver.secret, sender, stop).await?;
        noting.await.context("noting deliveries ended early")
    })
}

fn progress(messages: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} messages at rest, {elapsed}")
        .expect("the template is well formed");
    ProgressBar::new(messages as u64).with_style(style)
}
