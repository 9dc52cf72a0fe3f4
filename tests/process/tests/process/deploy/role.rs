//! A container of ours, whoever starts it: what it is told, and whether the program understands it.

use std::{collections::BTreeMap, path::PathBuf, process::Command, time::Duration};

use prospector_runtime::config::{Config, Environment, Overrides};
use prospector_testkit::Program;

use super::{files::passes, image};

/// A signing secret as good as any, where one must stand.
pub(super) const SIGNING_SECRET: &str = "whsec_cHJvc3BlY3Rvci1leGFtcGxlLXNlY3JldC0wMQ==";

/// One container of ours.
#[derive(Debug)]
pub(super) struct Role {
    /// Its name, for a failing test.
    pub(super) name: String,
    /// What stands behind the program's name.
    pub(super) args: Vec<String>,
    /// Its variables, beside those of the image.
    pub(super) variables: BTreeMap<String, String>,
    /// The configuration file that is mounted into it.
    pub(super) file: Option<PathBuf>,
}

impl Role {
    /// The configuration it will start with. Panics when the program would refuse it.
    pub(super) fn config(&self) -> Config {
        let mut all = image::variables();
        all.extend(self.variables.clone());
        assert_eq!(all.contains_key("PROSPECTOR_CONFIG"), self.file.is_some(), "{}", self.name);
        let pairs: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Config::load_with(self.file.as_deref(), &Environment::of(&pairs), &Overrides::new())
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// Lets the program itself read the command line. Asked for help, it reads all that stands before.
    pub(super) fn is_understood(&self) {
        passes(Command::new(Program::built("prospector")).args(&self.args).arg("--help").env_clear());
    }

    /// The port at which it can be asked for its health; none for a command that ends by itself.
    pub(super) fn port(&self) -> Option<u16> {
        match self.args[0].as_str() {
            "api" => Some(self.config().api.listen.port()),
            "worker" | "scheduler" => {
                let at = self.args.iter().position(|word| word == "--health-listen");
                let address = &self.args[at.unwrap_or_else(|| panic!("{} has no health", self.name)) + 1];
                let address: std::net::SocketAddr = address.parse().unwrap();
                assert!(
                    address.ip().is_unspecified(),
                    "{} must be reachable from its pod's address",
                    self.name
                );
                Some(address.port())
            }
            _ => None,
        }
    }

    /// The longest time it takes to end once it is asked to.
    pub(super) fn drain(&self) -> Duration {
        self.config().worker.drain_timeout()
    }
}

/// What a command of the image says; it must be one.
pub(super) fn is_pinned(image: &str) {
    let name = image.rsplit('/').next().unwrap();
    let tag = name.split_once(':').map(|(_, tag)| tag);
    assert!(tag.is_some_and(|tag| tag != "latest" && tag.contains(|c: char| c.is_ascii_digit())), "{image}");
}

/// Whether a variable of this name holds something that nobody may read in a file of the project.
pub(super) fn is_secret(name: &str) -> bool {
    ["PASSWORD", "SECRET", "TOKEN", "AUTH", "_KEY"].iter().any(|part| name.contains(part))
        && !name.ends_with("_ENABLED")
}
