//! `prospector demo`: the whole system in one process, on a folder of its own, fed with messages and watched until each
//! is accounted for. Everything is the shipped code; the only thing that is special is the receiver of the webhooks,
//! which is this process too, and short waits.

mod feed;
mod pace;
mod report;
mod run;
mod tracker;

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use prospector_domain::{example, mode::Mode};
use prospector_runtime::config::Config;
use tokio::net::TcpListener;

use crate::{
    args::{Common, DemoArgs},
    commands::sink,
    house, output, roles,
};

/// Folders of earlier runs that are kept, so that they can be looked at.
const RUNS_KEPT: usize = 5;

/// Runs the command; true when every message came to rest, once.
pub(crate) async fn run(common: &Common, args: &DemoArgs) -> anyhow::Result<bool> {
    let text_max_chars = Config::default().api.inbound.text_max_chars;
    let feed = match &args.file {
        Some(file) => {
            let text =
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            feed::read(&text, text_max_chars).with_context(|| format!("{} cannot be fed", file.display()))?
        }
        None => feed::read(example::MESSAGES_JSONL, text_max_chars).context("the sample cannot be fed")?,
    };
    if !feed.ignored.is_empty() {
        let names: Vec<&str> = feed.ignored.iter().map(String::as_str).collect();
        output::note(&format!("warning: fields that are not used are ignored: {}", names.join(", ")));
    }
    let modes = match (args.mode, &args.file) {
        (Some(mode), _) => run::Modes { global: mode, web: None },
        (None, Some(_)) => run::Modes { global: Mode::Go, web: None },
        (None, None) => run::Modes { global: Mode::Go, web: Some(Mode::Draft) },
    };
    let folder = new_folder(common)?;
    let receiver = TcpListener::bind("127.0.0.1:0").await.context("cannot listen on 127.0.0.1")?;
    let secret = sink::new_secret();
    let log = common.log.clone().unwrap_or_else(|| "warn".to_owned());
    let config = demo_config(&folder, &receiver, &secret, &log)?;
    let outcome =
        run::run(config, &feed.messages, modes, run::Receiver { listener: receiver, secret }).await?;
    let Some((rows, totals)) = outcome else { bail!("stopped before every message came to rest") };
    if args.json {
        output::line(&serde_json::to_string(&totals)?);
    } else {
        output::line(&report::table(&rows));
        output::line(&totals.line());
        output::note(&format!(
            "look around: prospector --database sqlite:{} threads list",
            folder.join("prospector.db").display()
        ));
    }
    Ok(totals.is_clean())
}

/// Short waits, so that nobody has to: everything else is as installed.
fn demo_config(
    folder: &std::path::Path,
    sink: &TcpListener,
    secret: &str,
    log: &str,
) -> anyhow::Result<Config> {
    let sink = sink.local_addr()?;
    let quoted = |text: &str| serde_json::to_string(text).expect("a string always has a JSON form");
    let text = format!(
        "data_dir = {folder}\n\
         [database]\nurl = {database}\n\
         [api]\nlisten = \"127.0.0.1:0\"\nrate_limit_per_s = 100000\nrate_limit_burst = 100000\n\
         [pipeline]\nquiet_window_ms = 400\nquiet_window_max_ms = 2000\nundo_window_ms = 300\n\
         [scheduler]\ntick_ms = 50\n\
         [sinks.demo]\nurl = \"http://{sink}/\"\nsecret = {secret}\ndeduplicates = true\nallow_private_address = true\n\
         [dispatch]\ndefault_sink = \"demo\"\n\
         [telemetry]\nlog_filter = {log}\n",
        folder = quoted(&folder.display().to_string()),
        database = quoted(&format!("sqlite:{}", folder.join("prospector.db").display())),
        secret = quoted(secret),
        log = quoted(log),
    );
    Ok(Config::parse_toml(&text)?)
}

/// A folder of this run's own, so that two runs never meet; all but the newest few of earlier runs are removed.
fn new_folder(common: &Common) -> anyhow::Result<PathBuf> {
    let data_dir = common.data_dir.clone().unwrap_or_else(|| PathBuf::from("./data"));
    let runs = data_dir.join("demo");
    house::ensure_folder(&runs)?;
    let mut earlier: Vec<PathBuf> = std::fs::read_dir(&runs)
        .with_context(|| format!("cannot read {}", runs.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("prospector.db").is_file())
        .collect();
    earlier.sort();
    let keep_from = earlier.len().saturating_sub(RUNS_KEPT - 1);
    for old in &earlier[..keep_from] {
        // A folder that cannot be removed is only left lying; the run itself needs nothing of it.
        if let Err(error) = std::fs::remove_dir_all(old) {
            output::note(&format!("could not remove {}: {error}", old.display()));
        }
    }
    let folder = runs.join(format!("{}-{}", roles::stamp(), std::process::id()));
    house::ensure_folder(&folder)?;
    Ok(folder)
}
