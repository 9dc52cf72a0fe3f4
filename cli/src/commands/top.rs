//! `prospector top`: what is going on, live or as one look.

use std::{
    io::{IsTerminal as _, stdin, stdout},
    sync::Arc,
    time::Duration,
};

use prospector_runtime::clock::SystemClock;

use crate::{
    args::{Common, TopArgs},
    house::load_config,
    output,
    top::{Reader, Ui, plain, watch},
};

pub(crate) async fn run(common: &Common, args: &TopArgs) -> anyhow::Result<()> {
    let mut reader = Reader::new(load_config(common)?);
    let ui = Ui::new(Duration::from_secs(u64::from(args.every_s)), output::may_colour());
    if args.json {
        return output::json(&reader.read().await?);
    }
    if args.once {
        output::line(&plain(&reader.read().await?, &ui));
        return Ok(());
    }
    anyhow::ensure!(
        stdout().is_terminal() && stdin().is_terminal(),
        "this is no terminal; `prospector top --once` prints one look, `--json` the same for programs"
    );
    watch(reader, ui, Arc::new(SystemClock)).await
}
