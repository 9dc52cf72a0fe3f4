//! `prospector migrate` and `prospector seed`.

use crate::{
    args::Common,
    house::{self, House},
    output,
};

/// Brings the database to the schema of this program; a newer one that only adds is left as it is.
pub(crate) async fn migrate(common: &Common) -> anyhow::Result<()> {
    let house = House::open(house::load_config(common)?).await?;
    house.store.migrate().await?;
    output::line(&format!("{} has the schema that this program needs", house.config.database.url));
    Ok(())
}

/// Publishes the example where there is nothing.
pub(crate) async fn seed(common: &Common) -> anyhow::Result<()> {
    let house = House::open_for_command(common).await?;
    let seeded = house.store.seed_example(house.sources.clock.now()).await?;
    output::line(if seeded { "seeded with the example guesthouse" } else { "there is everything already" });
    Ok(())
}
