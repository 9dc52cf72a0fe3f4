//! `prospector up`, and the commands that play a single role.

use prospector_domain::access::{Scope, Scopes};

use crate::{
    args::{Common, RoleArgs, UpArgs},
    commands::keys,
    house::{self, House},
    output,
    roles::{self, Process, Schema},
};

/// Every role in this process.
pub(crate) async fn up(common: &Common, args: &UpArgs) -> anyhow::Result<()> {
    let overrides = common.overrides().with_some("--listen", "api.listen", args.listen);
    let config = prospector_runtime::config::Config::load(common.config.as_deref(), &overrides)?;
    house::ensure_folder(&config.data_dir)?;
    let listener = roles::listen(config.api.listen, "--listen").await?;
    let Some(process) = Process::start("prospector", config, Schema::Migrate).await? else { return Ok(()) };
    let seeded = process.house.store.seed_example(process.house.sources.clock.now()).await?;
    welcome(&process.house, listener.local_addr()?, seeded).await?;
    tokio::try_join!(process.work(), process.schedule(), process.serve(listener))?;
    process.finish().await;
    Ok(())
}

/// Only the API.
pub(crate) async fn api(common: &Common, args: &UpArgs) -> anyhow::Result<()> {
    let overrides = common.overrides().with_some("--listen", "api.listen", args.listen);
    let config = prospector_runtime::config::Config::load(common.config.as_deref(), &overrides)?;
    let listener = roles::listen(config.api.listen, "--listen").await?;
    let Some(process) = Process::start("prospector-api", config, Schema::Check).await? else { return Ok(()) };
    output::note(&format!("API on http://{}", listener.local_addr()?));
    process.serve(listener).await?;
    process.finish().await;
    Ok(())
}

/// Only a worker.
pub(crate) async fn worker(common: &Common, args: &RoleArgs) -> anyhow::Result<()> {
    let Some((process, listener)) = start_role("prospector-worker", common, args).await? else {
        return Ok(());
    };
    tokio::try_join!(process.work(), process.serve_probes(listener))?;
    process.finish().await;
    Ok(())
}

/// Only a scheduler.
pub(crate) async fn scheduler(common: &Common, args: &RoleArgs) -> anyhow::Result<()> {
    let Some((process, listener)) = start_role("prospector-scheduler", common, args).await? else {
        return Ok(());
    };
    tokio::try_join!(process.schedule(), process.serve_probes(listener))?;
    process.finish().await;
    Ok(())
}

async fn start_role(
    service: &str,
    common: &Common,
    args: &RoleArgs,
) -> anyhow::Result<Option<(Process, Option<tokio::net::TcpListener>)>> {
    let config = house::load_config(common)?;
    anyhow::ensure!(
        !config.queue.url.expose().starts_with("memory"),
        "queue.url is memory:, which reaches no other process; set it to redis://…, or run `prospector up`"
    );
    let listener = match args.health_listen {
        Some(address) => Some(roles::listen(address, "--health-listen").await?),
        None => None,
    };
    if let Some(listener) = &listener {
        output::note(&format!("health and metrics on http://{}", listener.local_addr()?));
    }
    Ok(Process::start(service, config, Schema::Check).await?.map(|process| (process, listener)))
}

/// Says where everything is, and makes a first key where there is none.
async fn welcome(house: &House, address: std::net::SocketAddr, seeded: bool) -> anyhow::Result<()> {
    output::note(&format!("prospector is up: http://{address}  (OpenAPI: http://{address}/v1/openapi.json)"));
    output::note(&format!("database: {}", house.config.database.url));
    if seeded {
        output::note("seeded with the example guesthouse; publish your own with `prospector publish`");
    }
    if house.store.api_keys().await?.is_empty() {
        let key = keys::create(house, "first", Scopes::from_iter([Scope::Admin]), None).await?;
        output::note(&format!("an API key with every permission, shown only now: {key}"));
    }
    if house.config.dispatch.default_sink.is_none() && house.config.dispatch.channels.is_empty() {
        output::note("no sink is configured, so approved replies are held; see `prospector sink`");
    }
    Ok(())
}
