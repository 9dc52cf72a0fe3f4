//! `script`: the operator's own programs create, list and destroy machines, such as scripts that exist already.
//!
//! Each is given JSON on its standard input, and the same values as variables of its environment, and says what it did on
//! its standard output and with its exit code. `docs/providers.md` holds the whole agreement.

mod contract;
mod provider;
mod run;
mod settings;

pub use provider::ScriptProvider;
pub use settings::ScriptSettings;
