//! What is copied, and from where it comes back.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Clone, Args)]
pub(crate) struct BackupArgs {
    /// Where the copy goes. Nothing may be there yet.
    pub(crate) file: PathBuf,
    /// Postgres: run pg_dump instead of printing its line.
    #[arg(long)]
    pub(crate) run: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct RestoreArgs {
    /// The copy, as `backup` made it.
    pub(crate) file: PathBuf,
    /// Replace a database that is there already. SQLite: the old one is kept beside it.
    #[arg(long)]
    pub(crate) force: bool,
    /// Postgres: run pg_restore instead of printing its line.
    #[arg(long)]
    pub(crate) run: bool,
}
