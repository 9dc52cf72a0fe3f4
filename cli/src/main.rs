//! `prospector`: the one program; each role and each operator's action is a command of it.

mod args;
mod commands;
mod counting;
mod demo;
mod house;
mod machines;
mod output;
mod roles;
mod top;

use std::process::ExitCode;

use clap::Parser as _;
use prospector_runtime::{config::Config, shutdown::Shutdown};

use crate::args::{BenchCommand, Cli, Command, UpArgs};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::note(&format!("error: cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::note(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Runs a command; false when it ran, and what it looked at is not as it should be.
async fn run(cli: Cli) -> anyhow::Result<bool> {
    let Cli { common, command } = cli;
    match command.unwrap_or_else(|| Command::Up(UpArgs::default())) {
        Command::Up(args) => commands::up::up(&common, &args).await?,
        Command::Demo(args) => return demo::run(&common, &args).await,
        Command::Worker(args) => commands::up::worker(&common, &args).await?,
        Command::Scheduler(args) => commands::up::scheduler(&common, &args).await?,
        Command::Api(args) => commands::up::api(&common, &args).await?,
        Command::Migrate => commands::store::migrate(&common).await?,
        Command::Seed => commands::store::seed(&common).await?,
        Command::Backup(args) => commands::backup::run(&common, &args).await?,
        Command::Restore(args) => commands::restore::run(&common, &args).await?,
        Command::Doctor(args) => return commands::doctor::run(&common, &args).await,
        Command::Health(args) => return commands::health::run(&common, &args).await,
        Command::Top(args) => commands::top::run(&common, &args).await?,
        Command::Enqueue(args) => commands::enqueue::run(&common, args).await?,
        Command::Jobs(command) => commands::jobs::run(&common, command).await?,
        Command::Threads(command) => commands::threads::run(&common, command).await?,
        Command::Candidates(command) => commands::candidates::run(&common, command).await?,
        Command::Settings(command) => commands::settings::run(&common, command).await?,
        Command::Publish(command) => commands::publish::run(&common, command).await?,
        Command::Facts(command) => return commands::facts::run(&common, command).await,
        Command::Gate(args) => return commands::gate::gate(&args),
        Command::Classify(args) => commands::gate::classify_file(&args)?,
        Command::Keys(command) => commands::keys::run(&common, command).await?,
        Command::Builds(command) => commands::builds::run(&common, command).await?,
        Command::Workflows(command) => commands::workflows::run(&common, command).await?,
        Command::Drafts(command) => commands::drafts::run(&common, command).await?,
        Command::Nodes(command) => commands::nodes::run(&common, command).await?,
        Command::Cost(args) => commands::cost::run(&common, &args).await?,
        Command::Sink(args) => {
            let shutdown = Shutdown::on_signals(std::time::Duration::from_secs(5))?;
            commands::sink::run(&args, shutdown.draining().clone()).await?;
        }
        Command::Bench(BenchCommand::Pipeline(args)) => {
            return commands::bench::pipeline(&common, &args).await;
        }
        Command::Bench(BenchCommand::Engine(args)) => commands::bench_engine::run(&common, &args).await?,
        Command::Simulate(args) => commands::simulate::run(&args)?,
        Command::Config(command) => commands::config::run(&common, &command)?,
        Command::ConfigExample => output::line(Config::example_toml().trim_end()),
    }
    Ok(true)
}
