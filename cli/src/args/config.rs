//! What may be asked about settings.

use clap::Subcommand;

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Shows every setting in force and where it was set, without secrets.
    Show {
        /// Only settings that somebody set.
        #[arg(long)]
        changed: bool,
        /// Print JSON, one setting a line.
        #[arg(long)]
        json: bool,
    },
    /// Describes every setting there is: docs/config.md.
    Reference {
        /// Print one JSON list of tables with their settings.
        #[arg(long)]
        json: bool,
    },
    /// Prints every setting with its default, as a configuration file.
    Example,
}
