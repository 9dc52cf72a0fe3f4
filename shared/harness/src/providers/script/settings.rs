//! What is set for `script`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    providers::OfferSettings,
    settings::{Checks, SettingProblem},
};

/// Most offers: each is tried in turn.
const OFFERS_MAX: usize = 16;

/// The operator's own programs. Each is a program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScriptSettings {
    /// Creates a machine. No default.
    pub create: Vec<String>,
    /// Lists the machines. No default.
    pub list: Vec<String>,
    /// Destroys a machine. No default.
    pub destroy: Vec<String>,
    /// How long `create` may take, in milliseconds; it shall not wait for the boot. Range 100 to 1,800,000, default
    /// 120,000.
    pub create_timeout_ms: u64,
    /// How long `list` may take, in milliseconds. Range 100 to 600,000, default 30,000.
    pub list_timeout_ms: u64,
    /// How long `destroy` may take, in milliseconds. Range 100 to 1,800,000, default 120,000.
    pub destroy_timeout_ms: u64,
    /// What `create` can make, preferred first, 1 to 16. By default one, which costs nothing.
    pub offers: Vec<OfferSettings>,
}

impl Default for ScriptSettings {
    fn default() -> Self {
        Self {
            create: Vec::new(),
            list: Vec::new(),
            destroy: Vec::new(),
            create_timeout_ms: 120_000,
            list_timeout_ms: 30_000,
            destroy_timeout_ms: 120_000,
            offers: vec![OfferSettings::default()],
        }
    }
}

impl ScriptSettings {
    /// Everything that is wrong with these settings.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingProblem> {
        let mut checks = Checks::default();
        for (field, argv) in [("create", &self.create), ("list", &self.list), ("destroy", &self.destroy)] {
            let names_a_program = argv.first().is_some_and(|program| !program.trim().is_empty());
            checks.unless(
                names_a_program,
                field,
                "names no program",
                "write it as [\"/etc/prospector/create\"]",
            );
        }
        checks.range("create_timeout_ms", &self.create_timeout_ms, &(100..=1_800_000));
        checks.range("list_timeout_ms", &self.list_timeout_ms, &(100..=600_000));
        checks.range("destroy_timeout_ms", &self.destroy_timeout_ms, &(100..=1_800_000));
        let count = self.offers.len();
        checks.unless(
            (1..=OFFERS_MAX).contains(&count),
            "offers",
            "must be 1 to 16",
            "name what create can make",
        );
        self.offers.iter().for_each(|offer| offer.check(&mut checks));
        checks.problems()
    }
}
