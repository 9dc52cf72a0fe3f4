//! `prospector restore`: puts a copy in the place of the database. Nothing may run meanwhile.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use prospector_domain::{source::Clock as _, time::SECOND_MS};
use prospector_runtime::{clock::SystemClock, config::Config};
use prospector_scheduler::LEASE_NAME;
use prospector_store::{Holder, SqliteFile, StoreError, TakenSqlite};

use crate::{
    args::{Common, RestoreArgs},
    commands::{
        backup::{note_about_password, sync_folder, temporary_beside},
        postgres_tools::{Postgres, Tool},
    },
    house::{self, House, load_config, sqlite_path},
    output, roles,
};

/// What SQLite keeps beside a file while it is in use.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

pub(crate) async fn run(common: &Common, args: &RestoreArgs) -> anyhow::Result<()> {
    let config = load_config(common)?;
    anyhow::ensure!(args.file.is_file(), "{} is not a file", args.file.display());
    let url = config.database.url.expose().to_owned();
    match sqlite_path(&url) {
        Some(target) => {
            anyhow::ensure!(!args.run, "--run is for Postgres; a SQLite database is restored without it");
            sqlite(config, &args.file, target, args.force).await?;
        }
        None => postgres(config, &url, args).await?,
    }
    output::note(
        "what was accepted after the copy was made is not in it; what was sent after that may be sent again, under the same \
         webhook id",
    );
    Ok(())
}

async fn sqlite(config: Config, copy: &Path, target: &Path, force: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        force || !target.exists(),
        "there is a database at {} already; --force replaces it, and keeps the old one beside it",
        target.display()
    );
    let found = sound(copy).await?;
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        house::ensure_folder(folder)?;
    }
    // Writing the new file takes long, and is done before anything is touched.
    let ready = temporary_beside(target)?;
    let mut from = fs::File::open(copy).with_context(|| format!("cannot read {}", copy.display()))?;
    // Into the file as it was made: readable by its owner alone, however the copy lies there.
    io::copy(&mut from, &mut ready.as_file()).with_context(|| format!("cannot copy {}", copy.display()))?;
    ready.as_file().sync_all().context("cannot write the copy to the disk")?;

    // A database may have come meanwhile, and somebody may be at work on it.
    let is_there = target.exists();
    anyhow::ensure!(
        force || !is_there,
        "a database has come to {} meanwhile; it is left alone",
        target.display()
    );
    let taken = if is_there { Some(take(config, target).await?) } else { None };
    let kept = set_aside(target)?;
    // Without force, not even one that has come this very moment is replaced.
    let placed = if force { ready.persist(target) } else { ready.persist_noclobber(target) };
    placed.with_context(|| format!("cannot put the copy at {}", target.display()))?;
    sync_folder(target)?;
    drop(taken);
    output::line(&format!("{} is restored, at schema {}", target.display(), found.schema));
    if let Some(kept) = kept {
        output::line(&format!("the database that was there is kept as {}", kept.display()));
    }
    Ok(())
}

/// Refuses a copy that this program could not run on.
async fn sound(copy: &Path) -> anyhow::Result<SqliteFile> {
    for end in BESIDE {
        let beside = with_end(copy, end);
        anyhow::ensure!(
            fs::metadata(&beside).map_or(0, |file| file.len()) == 0,
            "{} is there, so this file is in use or not all of its database; make a copy with `prospector backup`",
            beside.display()
        );
    }
    let found = SqliteFile::look(copy).await.with_context(|| format!("{} cannot be read", copy.display()))?;
    anyhow::ensure!(found.faults.is_empty(), "{} is not sound: {}", copy.display(), found.faults.join("; "));
    anyhow::ensure!(found.schema > 0, "{} holds no database of Prospector", copy.display());
    let (found_schema, known) = (found.schema, found.known_schema);
    anyhow::ensure!(
        found_schema <= known,
        "{} has schema {found_schema}, newer than this program, which knows up to {known}: use a newer one",
        copy.display()
    );
    Ok(found)
}

/// Makes sure that nobody works on the database, and keeps everybody from it.
async fn take(config: Config, target: &Path) -> anyhow::Result<TakenSqlite> {
    let damaged = "cannot tell whether anybody uses the database that is there; if it is damaged, move it away and \
                   restore without --force";
    let house = House::open_to_copy(config).await.context(damaged)?;
    // One without our tables has no holders.
    let holders = match house.store.check_schema().await {
        Err(StoreError::OlderSchema { found: 0, .. }) => Vec::new(),
        _ => house.store.holders(SystemClock.now(), LEASE_NAME).await.context(damaged)?,
    };
    house.store.close().await;
    refuse_holders(&holders)?;
    TakenSqlite::take(target).await?.with_context(|| {
        format!("somebody has {} open; stop every prospector and whatever else looks at it", target.display())
    })
}

fn refuse_holders(holders: &[Holder]) -> anyhow::Result<()> {
    let Some(last) = holders.iter().max_by_key(|holder| holder.until_ms) else { return Ok(()) };
    let names: Vec<&str> = holders.iter().map(|holder| holder.name.as_str()).collect();
    let left_s = last.until_ms.since(SystemClock.now()).max(0) / SECOND_MS + 1;
    anyhow::bail!(
        "the database is in use by {}; stop every prospector (one that was killed counts for another {left_s} s)",
        names.join(", ")
    )
}

/// Gives what stands at `target` another name, beside which the new one can take its place, and returns that name.
fn set_aside(target: &Path) -> anyhow::Result<Option<PathBuf>> {
    let end = format!(".before-restore-{}", roles::stamp());
    // A log without its database, or with another one, must not be taken for the new one's.
    for beside in BESIDE.map(|end| with_end(target, end)).iter().filter(|beside| beside.exists()) {
        fs::rename(beside, with_end(beside, &end))
            .with_context(|| format!("cannot set {} aside", beside.display()))?;
    }
    if !target.exists() {
        return Ok(None);
    }
    // A second name instead of a move: at every moment there is a whole database under the first.
    let kept = with_end(target, &end);
    fs::hard_link(target, &kept)
        .with_context(|| format!("cannot keep the database as {}", kept.display()))?;
    Ok(Some(kept))
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

async fn postgres(config: Config, url: &str, args: &RestoreArgs) -> anyhow::Result<()> {
    let postgres = Postgres::of_url(url)?;
    let tool = if args.force { Tool::RestoreOver } else { Tool::Restore };
    if !args.run {
        output::line(&postgres.line(tool, &args.file));
        note_about_password(&postgres);
        return Ok(());
    }
    let shown = config.database.url.clone();
    let house = House::open_to_copy(config).await?;
    let is_empty = matches!(house.store.check_schema().await, Err(StoreError::OlderSchema { found: 0, .. }));
    if !is_empty {
        anyhow::ensure!(args.force, "there is a database at {shown} already; --force replaces it");
        refuse_holders(&house.store.holders(SystemClock.now(), LEASE_NAME).await?)?;
    }
    postgres.run(tool, &args.file).await?;
    match house.store.check_schema().await {
        Ok(()) => output::line(&format!("{shown} is restored")),
        Err(error @ StoreError::OlderSchema { .. }) => output::line(&format!("{shown} is restored; {error}")),
        Err(error) => return Err(error).context("the database was restored, and this program cannot use it"),
    }
    house.store.close().await;
    Ok(())
}
