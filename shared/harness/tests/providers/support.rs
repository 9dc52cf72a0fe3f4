//! What the tests of providers share.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use ai_harness::{
    Secret,
    providers::{
        DigitalOceanProvider, DigitalOceanSecrets, DigitalOceanSettings, Installation, ModelSpec, Offer,
        Order,
    },
};
use prospector_testkit::{CLOUD_DESTROY_TOKEN, CLOUD_TOKEN, FakeCloud};
use uuid::Uuid;

/// Long enough for a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) fn installation() -> Installation {
    Installation::new("guesthouse").unwrap()
}

pub(crate) fn order(node_id: Uuid, offer: Offer) -> Order {
    Order {
        node_id,
        name: installation().machine_name(node_id),
        offer,
        model: ModelSpec {
            engine: "do-gpu-smollm2-135m_2026-06-29.1".to_owned(),
            served_model_name: "smollm2-135m".to_owned(),
            weights_digest: "sha256:00ff".to_owned(),
            weights: Some("/weights/smollm2".parse().unwrap()),
        },
        api_key: Secret::new("node-key-0123456789"),
        // Ends what a failing test leaves behind.
        deadman_s: 60,
    }
}

pub(crate) fn cloud_settings(cloud: &FakeCloud) -> DigitalOceanSettings {
    DigitalOceanSettings { api_url: cloud.url(), read_pause_ms: 1, ..DigitalOceanSettings::default() }
}

pub(crate) fn cloud_provider(settings: DigitalOceanSettings) -> DigitalOceanProvider {
    cloud_provider_of(installation(), settings)
}

pub(crate) fn cloud_provider_of(
    installation: Installation,
    settings: DigitalOceanSettings,
) -> DigitalOceanProvider {
    let secrets = DigitalOceanSecrets {
        token: Secret::new(CLOUD_TOKEN),
        destroy_token: Some(Secret::new(CLOUD_DESTROY_TOKEN)),
        hub_token: None,
    };
    DigitalOceanProvider::new(installation, settings, secrets).unwrap()
}

/// Files of a folder whose names end like this, sorted.
pub(crate) fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with(end)).collect();
    files.sort();
    files
}
