//! Where machines come from: a seam between whoever decides to rent and whoever rents out.
//!
//! A provider acts and reports; it decides nothing, keeps no promise about what it was told before, and never tries a
//! create twice. Whoever calls it writes down what it is about to do first, and looks into [`Provider::list`] when an
//! answer was lost.

mod command;
mod digitalocean;
mod error;
mod name;
mod provider;
mod script;
mod settings;
mod static_url;

pub use command::{CommandProvider, CommandSettings};
pub use digitalocean::{
    DigitalOceanProvider, DigitalOceanSecrets, DigitalOceanSettings, VllmSettings, VolumeSettings,
};
pub use error::{ProviderError, ProviderErrorKind};
pub use name::{Installation, InvalidInstallation};
pub use provider::{
    InvalidWeights, Machine, MachineRef, MachineState, ModelSpec, Offer, Order, Provider, WeightsSource,
};
pub use script::{ScriptProvider, ScriptSettings};
pub use settings::OfferSettings;
pub use static_url::{StaticProvider, StaticSettings};
