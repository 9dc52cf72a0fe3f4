//! How `top` is looked at.

use clap::Args;

#[derive(Debug, Clone, Args)]
pub(crate) struct TopArgs {
    /// Seconds between two looks.
    #[arg(long, default_value_t = 2, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=300))]
    pub(crate) every_s: u16,
    /// Print one look as text and end.
    #[arg(long)]
    pub(crate) once: bool,
    /// Print one look as JSON and end.
    #[arg(long)]
    pub(crate) json: bool,
}
