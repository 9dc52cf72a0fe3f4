//! `prospector backup`: a copy of the database, made while everything runs.

use std::{fs::File, path::Path};

use anyhow::Context as _;
use prospector_store::{SqliteFile, StoreError};
use tempfile::NamedTempFile;

use crate::{
    args::{BackupArgs, Common},
    commands::postgres_tools::{Postgres, Tool},
    house::{House, load_config, sqlite_path},
    output,
};

pub(crate) async fn run(common: &Common, args: &BackupArgs) -> anyhow::Result<()> {
    let config = load_config(common)?;
    anyhow::ensure!(!args.file.exists(), "{} is there already; choose another name", args.file.display());
    let url = config.database.url.expose();
    if sqlite_path(url).is_some() {
        anyhow::ensure!(!args.run, "--run is for Postgres; a SQLite database is copied without it");
        let house = House::open_to_copy(config.clone()).await?;
        return sqlite(&house, &args.file).await;
    }
    let postgres = Postgres::of_url(url)?;
    if args.run {
        return dump(&postgres, &args.file).await;
    }
    output::line(&postgres.line(Tool::Dump, &args.file));
    note_about_password(&postgres);
    Ok(())
}

async fn sqlite(house: &House, file: &Path) -> anyhow::Result<()> {
    match house.store.check_schema().await {
        Err(error @ StoreError::OlderSchema { found: 0, .. }) => {
            return Err(error).context("there is nothing to copy");
        }
        // A copy is wanted most before an upgrade, and after a failed one.
        Ok(()) | Err(StoreError::OlderSchema { .. } | StoreError::NewerSchema { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let copy = temporary_beside(file)?;
    unless_interrupted(async {
        house.store.copy_into(copy.path()).await.context("cannot copy the database")
    })
    .await?;
    let found = SqliteFile::look(copy.path()).await?;
    anyhow::ensure!(found.faults.is_empty(), "the copy is not sound: {}", found.faults.join("; "));
    let bytes = copy.as_file().metadata()?.len();
    keep(copy, file)?;
    output::line(&format!("{} holds the database at schema {}, {bytes} bytes", file.display(), found.schema));
    Ok(())
}

async fn dump(postgres: &Postgres, file: &Path) -> anyhow::Result<()> {
    let copy = temporary_beside(file)?;
    unless_interrupted(postgres.run(Tool::Dump, copy.path())).await?;
    let bytes = copy.as_file().metadata()?.len();
    keep(copy, file)?;
    output::line(&format!("{} holds the database, {bytes} bytes", file.display()));
    Ok(())
}

/// Copies to the end, or until Control-C: then the unfinished copy goes with the variable that holds it.
async fn unless_interrupted(copying: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::select! {
        copied = copying => copied,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted; nothing was kept"),
    }
}

/// A file that vanishes unless it is kept, in the folder of `file` and for its owner alone: it holds what guests wrote.
pub(crate) fn temporary_beside(file: &Path) -> anyhow::Result<NamedTempFile> {
    let folder = folder_of(file);
    let made = tempfile::Builder::new().prefix(".prospector-").suffix(".partial").tempfile_in(folder);
    made.with_context(|| format!("cannot write to the folder {}", folder.display()))
}

/// Gives a finished file its name, which nobody may have taken meanwhile, and sees it through to the disk.
fn keep(copy: NamedTempFile, file: &Path) -> anyhow::Result<()> {
    copy.as_file().sync_all().context("cannot write the copy to the disk")?;
    copy.persist_noclobber(file).with_context(|| format!("cannot name the copy {}", file.display()))?;
    sync_folder(file)
}

/// A new name is safe once its folder is on the disk.
pub(crate) fn sync_folder(file: &Path) -> anyhow::Result<()> {
    let folder = folder_of(file);
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .with_context(|| format!("cannot write the folder {} to the disk", folder.display()))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Says where the password goes, when there is one.
pub(crate) fn note_about_password(postgres: &Postgres) {
    if postgres.has_password() {
        output::note(
            "the password is not in this line: put it into PGPASSWORD or ~/.pgpass; --run does so itself",
        );
    }
}
