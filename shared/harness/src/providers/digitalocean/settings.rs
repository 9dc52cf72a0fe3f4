//! What is set for `digitalocean`. Tokens are not here: they are handed to the provider beside its settings.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    providers::settings::check_billing,
    settings::{Checks, SettingProblem},
};

/// Most regions and sizes: an offer for each pair is tried in turn, and each try takes seconds.
const CHOICES_MAX: usize = 16;
/// Most volumes of a droplet, and most of anything else that is listed in cloud-init.
const LIST_MAX: usize = 16;

/// GPU droplets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DigitalOceanSettings {
    /// Where the API is. Default `https://api.digitalocean.com`.
    pub api_url: String,
    /// Sizes, preferred first, 1 to 16 of them, each beginning with `gpu-`: the list of GPU droplets would not show
    /// another. Default `gpu-l40sx1-48gb`.
    pub sizes: Vec<String>,
    /// Regions, preferred first, 1 to 16 of them; each size is looked for in all of them before the next size. Default
    /// `nyc2`, `tor1`, `atl1`.
    pub regions: Vec<String>,
    /// Image: a slug, or the number of a snapshot that holds the weights. Default `gpu-h100x1-base`, which fits every
    /// single NVIDIA GPU and has its driver and Docker.
    pub image: String,
    /// Ids or fingerprints of the SSH keys to put on; at most 16. Without one nobody can log in. Default none.
    pub ssh_keys: Vec<String>,
    /// The private network to put droplets into; the region's default network when empty. Default empty.
    pub vpc_uuid: String,
    /// Whether workers talk to the droplet's private address instead of the public one. Default false.
    pub private_address: bool,
    /// Volumes that hold weights; at most 7, as many as a droplet takes. A volume binds droplets to its region, and to
    /// one at a time. Default none.
    pub volumes: Vec<VolumeSettings>,
    /// Addresses or networks in CIDR notation that may reach the server; at most 16. Everyone, who then still needs the
    /// node's key, when empty. Default empty.
    pub allow_from: Vec<String>,
    /// Port of the inference server. Range 1,024 to 65,535, default 8,000.
    pub server_port: u16,
    /// How long after its boot the server may take to become healthy before the droplet ends itself, in seconds. Range
    /// 300 to 21,600, default 2,700.
    pub boot_deadline_s: u64,
    /// Time is billed in multiples of this, in seconds. Range 1 to 86,400, default 1.
    pub billing_granularity_s: u32,
    /// Shortest time that is billed, in seconds. Range 0 to 86,400, default 60.
    pub billing_minimum_s: u32,
    /// Longest wait for an answer of the API, in milliseconds. Range 100 to 120,000, default 30,000.
    pub request_timeout_ms: u64,
    /// How often a question, never a create or a destroy, is asked when it fails. Range 1 to 10, default 4.
    pub read_attempts: u32,
    /// Pause before a question is asked again, doubled each time, in milliseconds. Range 1 to 10,000, default 500.
    pub read_pause_ms: u64,
    /// The inference server.
    pub vllm: VllmSettings,
}

/// A block storage volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeSettings {
    /// Its id.
    pub id: String,
    /// Its name, of `a-z`, `0-9` and `-`. It is mounted for reading at `/mnt/{name}`.
    pub name: String,
}

/// How vLLM is started. It runs in a container, which brings the CUDA libraries that match it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VllmSettings {
    /// Container image; with a digest (`…@sha256:…`) it is pinned. Default `vllm/vllm-openai:v0.32.0`.
    pub image: String,
    /// Longest context, in tokens; the model's own when 0. Range 0 to 10,000,000, default 0.
    pub max_model_len_tokens: u32,
    /// Share of the GPU's memory to use, in percent. Range 10 to 99, default 90.
    pub gpu_memory_percent: u8,
    /// Most requests that may wait before it answers 503; no bound when 0. Range 0 to 100,000, default 64.
    pub max_num_queued_reqs: u32,
    /// Whether lower `priority` goes first. Default true.
    pub priority_scheduling: bool,
    /// Whether weights at a path are compared to the build's digest before they are served; see docs/providers.md for
    /// how it is made. Weights from a hub are pinned by their revision. Default true.
    pub verify_weights: bool,
    /// More arguments, such as `--quantization`, `fp8`; at most 16. Default none.
    pub extra_arguments: Vec<String>,
}

impl Default for DigitalOceanSettings {
    fn default() -> Self {
        Self {
            api_url: "https://api.digitalocean.com".to_owned(),
            sizes: vec!["gpu-l40sx1-48gb".to_owned()],
            regions: ["nyc2", "tor1", "atl1"].map(str::to_owned).to_vec(),
            image: "gpu-h100x1-base".to_owned(),
            ssh_keys: Vec::new(),
            vpc_uuid: String::new(),
            private_address: false,
            volumes: Vec::new(),
            allow_from: Vec::new(),
            server_port: 8_000,
            boot_deadline_s: 2_700,
            billing_granularity_s: 1,
            billing_minimum_s: 60,
            request_timeout_ms: 30_000,
            read_attempts: 4,
            read_pause_ms: 500,
            vllm: VllmSettings::default(),
        }
    }
}

impl Default for VllmSettings {
    fn default() -> Self {
        Self {
            image: "vllm/vllm-openai:v0.32.0".to_owned(),
            max_model_len_tokens: 0,
            gpu_memory_percent: 90,
            max_num_queued_reqs: 64,
            priority_scheduling: true,
            verify_weights: true,
            extra_arguments: Vec::new(),
        }
    }
}

impl DigitalOceanSettings {
    /// Everything that is wrong with these settings.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingProblem> {
        let mut checks = Checks::default();
        self.check_places(&mut checks);
        self.check_lists(&mut checks);
        checks.range("server_port", &self.server_port, &(1_024..=65_535));
        checks.range("boot_deadline_s", &self.boot_deadline_s, &(300..=21_600));
        check_billing(&mut checks, self.billing_granularity_s, self.billing_minimum_s);
        checks.range("request_timeout_ms", &self.request_timeout_ms, &(100..=120_000));
        checks.range("read_attempts", &self.read_attempts, &(1..=10));
        checks.range("read_pause_ms", &self.read_pause_ms, &(1..=10_000));
        self.vllm.check(&mut checks);
        checks.problems()
    }

    fn check_places(&self, checks: &mut Checks) {
        checks.unless(
            Url::parse(&self.api_url).is_ok_and(|url| is_safe_for_a_token(&url)),
            "api_url",
            "is neither https nor on this machine",
            "the token would be readable on the way; write \"https://api.digitalocean.com\"",
        );
        let sizes_are_gpus = self.sizes.iter().all(|size| size.starts_with("gpu-") && is_slug(size));
        checks.unless(
            sizes_are_gpus && (1..=CHOICES_MAX).contains(&self.sizes.len()),
            "sizes",
            "must be 1 to 16 slugs that begin with gpu-",
            "see `doctl compute size list`",
        );
        checks.unless(
            (1..=CHOICES_MAX).contains(&self.regions.len()) && self.regions.iter().all(|slug| is_slug(slug)),
            "regions",
            "must be 1 to 16 slugs",
            "see `doctl compute region list`",
        );
        checks.unless(is_slug(&self.image), "image", "is no slug or number", "write gpu-h100x1-base");
    }

    fn check_lists(&self, checks: &mut Checks) {
        let keys_fit = self.ssh_keys.len() <= LIST_MAX && self.ssh_keys.iter().all(|key| is_plain(key));
        checks.unless(
            keys_fit,
            "ssh_keys",
            "must be at most 16 ids or fingerprints",
            "not the keys themselves",
        );
        let volumes_fit = self.volumes.len() <= 7
            && self.volumes.iter().all(|volume| is_slug(&volume.name) && is_plain(&volume.id));
        checks.unless(
            volumes_fit,
            "volumes",
            "must be at most 7 with id and name",
            "see `doctl compute volume list`",
        );
        let networks_fit =
            self.allow_from.len() <= LIST_MAX && self.allow_from.iter().all(|net| is_network(net));
        checks.unless(
            networks_fit,
            "allow_from",
            "must be at most 16 networks",
            "write them as \"203.0.113.0/24\"",
        );
        let vpc_fits = self.vpc_uuid.is_empty() || uuid::Uuid::parse_str(&self.vpc_uuid).is_ok();
        checks.unless(vpc_fits, "vpc_uuid", "is no UUID", "see `doctl vpcs list`");
    }
}

impl VllmSettings {
    fn check(&self, checks: &mut Checks) {
        checks.unless(
            is_plain(&self.image) && !self.image.starts_with('-'),
            "vllm.image",
            "is no name of a container image",
            "write vllm/vllm-openai:v0.32.0",
        );
        checks.range("vllm.max_model_len_tokens", &self.max_model_len_tokens, &(0..=10_000_000));
        checks.range("vllm.gpu_memory_percent", &self.gpu_memory_percent, &(10..=99));
        checks.range("vllm.max_num_queued_reqs", &self.max_num_queued_reqs, &(0..=100_000));
        let printable = self.extra_arguments.iter().all(|argument| !argument.chars().any(char::is_control));
        checks.unless(
            printable && self.extra_arguments.len() <= LIST_MAX,
            "vllm.extra_arguments",
            "must be at most 16 without control characters",
            "put one word into each",
        );
        // The command line of a process is there for everyone on the machine, and a second key would be nobody's.
        let names_a_key = self.extra_arguments.iter().any(|argument| argument.starts_with("--api-key"));
        checks.unless(!names_a_key, "vllm.extra_arguments", "names a key", "each node is given its own");
    }
}

fn is_safe_for_a_token(url: &Url) -> bool {
    let local = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

fn is_slug(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 64 && !text.starts_with('-') && text.chars().all(allowed)
}

fn is_plain(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.:/@".contains(c);
    !text.is_empty() && text.len() <= 256 && text.chars().all(allowed)
}

fn is_network(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_fine() {
        assert_eq!(DigitalOceanSettings::default().problems(), []);
    }

    #[test]
    fn everything_that_is_wrong_is_listed() {
        let settings = DigitalOceanSettings {
            api_url: "http://api.digitalocean.com".to_owned(),
            sizes: vec!["s-1vcpu-1gb".to_owned()],
            regions: Vec::new(),
            image: "gpu'; rm".to_owned(),
            allow_from: vec!["10.0.0.0/33".to_owned()],
            server_port: 80,
            vllm: VllmSettings {
                image: "--privileged".to_owned(),
                extra_arguments: vec!["--api-key=x".to_owned(), "a\nb".to_owned()],
                ..VllmSettings::default()
            },
            ..DigitalOceanSettings::default()
        };
        let fields: Vec<&str> = settings.problems().iter().map(|problem| problem.field).collect();
        assert_eq!(
            fields,
            [
                "api_url",
                "sizes",
                "regions",
                "image",
                "allow_from",
                "server_port",
                "vllm.image",
                "vllm.extra_arguments",
                "vllm.extra_arguments"
            ]
        );
    }

    #[test]
    fn a_network_has_an_address_and_perhaps_bits() {
        for good in ["203.0.113.7", "203.0.113.0/24", "2001:db8::/32", "0.0.0.0/0"] {
            assert!(is_network(good), "{good}");
        }
        for bad in ["", "host", "203.0.113.0/", "203.0.113.0/33", "2001:db8::/129", "any; reboot"] {
            assert!(!is_network(bad), "{bad}");
        }
    }
}
