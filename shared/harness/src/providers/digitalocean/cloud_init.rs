//! What a droplet does when it boots: vLLM as a service, with a key of its own, and a dead-man's switch.
//!
//! Every value is either quoted for the shell that reads it, or is checked to need no quoting; files stand in the YAML as
//! literal blocks, which need none.

use minijinja::{Environment, UndefinedBehavior, value::Serde};
use serde::Serialize;
use uuid::Uuid;

use super::{provider::DigitalOceanSecrets, settings::DigitalOceanSettings};
use crate::providers::{Installation, ModelSpec, Order, WeightsSource};

/// The API's bound on user data, in bytes.
const USER_DATA_MAX_BYTES: usize = 64 * 1024;
/// How often the dead-man's switch looks, in seconds: a tenth of the shortest sensible silence.
const DEADMAN_LOOK_EVERY_S: u64 = 30;

/// A header for `curl -H @file`, so that the token is on no command line.
const TOKEN_HEADER_FILE: &str = "/etc/prospector/destroy-token.header";

const USER_DATA: &str = include_str!("cloud_init/user_data.yaml.j2");
const SERVE: &str = include_str!("cloud_init/serve.sh.j2");
/// The dead-man's switch. It reads everything from a file, so that it can be tried without a droplet.
const DEADMAN: &str = include_str!("cloud_init/deadman.sh");

const VLLM_SERVICE: &str = "\
[Unit]
Description=vLLM for Prospector
After=network-online.target docker.service
Wants=network-online.target

[Service]
ExecStart=/usr/local/sbin/prospector-serve
ExecStop=/usr/bin/docker stop --time 20 prospector-vllm
Restart=always
RestartSec=5
TimeoutStartSec=infinity

[Install]
WantedBy=multi-user.target
";

const DEADMAN_SERVICE: &str = "\
[Unit]
Description=Ends this machine when nobody is left to do it

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/prospector-deadman
TimeoutStartSec=120
";

/// Why no user data came out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CloudInitError {
    /// A droplet has to be told.
    #[error("the build does not say where its weights come from: register it with a source of weights")]
    NoWeights,
    /// Something in the order would not survive the files it is written to.
    #[error("{0} cannot be written into the user data: it may hold only {1}")]
    Unsafe(&'static str, &'static str),
    /// A template and its values do not fit together.
    #[error("the user data cannot be rendered: {0}")]
    Template(String),
    /// The API would refuse it.
    #[error("the user data is {0} bytes long, at most {USER_DATA_MAX_BYTES} are allowed")]
    TooLong(usize),
}

/// What the user data is rendered from.
#[derive(Serialize)]
struct UserData<'a> {
    node_id: Uuid,
    installation: &'a str,
    engine: &'a str,
    volumes: Vec<&'a str>,
    files: Vec<File>,
}

/// What the script that starts vLLM is rendered from.
#[derive(Serialize)]
struct Serve<'a> {
    image: &'a str,
    allow_from: &'a [String],
    port: u16,
    arguments: Vec<String>,
    weights_path: Option<&'a str>,
    weights_digest: &'a str,
    verify_weights: bool,
}

#[derive(Serialize)]
struct File {
    path: &'static str,
    mode: &'static str,
    content: String,
}

/// The user data of the droplet for `order`. It holds the node's key and the destroy token, and is as secret as they are.
pub(super) fn user_data(
    installation: &Installation,
    settings: &DigitalOceanSettings,
    order: &Order,
    secrets: &DigitalOceanSecrets,
) -> Result<String, CloudInitError> {
    check(order, secrets)?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_filter("sh", |text: &str| in_single_quotes(text));
    let text = render(
        &environment,
        USER_DATA,
        &UserData {
            node_id: order.node_id,
            installation: installation.as_str(),
            engine: &order.model.engine,
            volumes: settings.volumes.iter().map(|volume| volume.name.as_str()).collect(),
            files: files(&environment, settings, order, secrets)?,
        },
    )?;
    if text.len() > USER_DATA_MAX_BYTES {
        return Err(CloudInitError::TooLong(text.len()));
    }
    Ok(text)
}

fn files(
    environment: &Environment<'_>,
    settings: &DigitalOceanSettings,
    order: &Order,
    secrets: &DigitalOceanSecrets,
) -> Result<Vec<File>, CloudInitError> {
    let mut vllm_env = format!("VLLM_API_KEY={}\n", order.api_key.expose());
    if let Some(token) = &secrets.hub_token {
        vllm_env.push_str(&format!("HF_TOKEN={}\n", token.expose()));
    }
    let mut files = vec![
        File { path: "/etc/prospector/vllm.env", mode: "0600", content: vllm_env },
        File { path: "/etc/prospector/deadman.env", mode: "0600", content: deadman_env(settings, order) },
    ];
    if let Some(token) = &secrets.destroy_token {
        let content = format!("Authorization: Bearer {}\n", token.expose());
        files.push(File { path: TOKEN_HEADER_FILE, mode: "0600", content });
    }
    let timer = format!(
        "[Unit]\nDescription=Looks whether anybody still uses this machine\n\n\
         [Timer]\nOnBootSec={DEADMAN_LOOK_EVERY_S}\nOnUnitInactiveSec={DEADMAN_LOOK_EVERY_S}\nAccuracySec=1\n\n\
         [Install]\nWantedBy=timers.target\n"
    );
    let texts = [
        ("/usr/local/sbin/prospector-serve", "0700", serve_script(environment, settings, &order.model)?),
        ("/usr/local/sbin/prospector-deadman", "0700", DEADMAN.to_owned()),
        ("/etc/systemd/system/prospector-vllm.service", "0644", VLLM_SERVICE.to_owned()),
        ("/etc/systemd/system/prospector-deadman.service", "0644", DEADMAN_SERVICE.to_owned()),
        ("/etc/systemd/system/prospector-deadman.timer", "0644", timer),
    ];
    files.extend(texts.into_iter().map(|(path, mode, content)| File { path, mode, content }));
    Ok(files)
}

fn deadman_env(settings: &DigitalOceanSettings, order: &Order) -> String {
    format!(
        "DEADMAN_S={}\nBOOT_DEADLINE_S={}\nSERVER_URL=http://127.0.0.1:{}\nAPI_URL={}\n\
         METADATA_URL=http://169.254.169.254/metadata/v1\nTOKEN_HEADER_FILE={TOKEN_HEADER_FILE}\n\
         STATE_FOLDER=/run/prospector-deadman\nUPTIME_FILE=/proc/uptime\nPOWER_OFF_COMMAND='systemctl poweroff'\n",
        order.deadman_s,
        settings.boot_deadline_s,
        settings.server_port,
        in_single_quotes(settings.api_url.trim_end_matches('/')),
    )
}

fn serve_script(
    environment: &Environment<'_>,
    settings: &DigitalOceanSettings,
    model: &ModelSpec,
) -> Result<String, CloudInitError> {
    let weights = model.weights.as_ref().ok_or(CloudInitError::NoWeights)?;
    let weights_path = match weights {
        WeightsSource::Path(path) => Some(path.as_str()),
        WeightsSource::Hub { .. } => None,
    };
    let script = render(
        environment,
        SERVE,
        &Serve {
            image: &settings.vllm.image,
            allow_from: &settings.allow_from,
            port: settings.server_port,
            arguments: arguments(settings, model, weights),
            weights_path,
            weights_digest: &model.weights_digest,
            verify_weights: settings.vllm.verify_weights,
        },
    )?;
    Ok(script + "\n")
}

/// What vLLM is told. Never a key: that is in its environment.
fn arguments(settings: &DigitalOceanSettings, model: &ModelSpec, weights: &WeightsSource) -> Vec<String> {
    let vllm = &settings.vllm;
    let (weights, revision) = match weights {
        WeightsSource::Path(path) => (path, None),
        WeightsSource::Hub { repository, revision } => (repository, Some(revision)),
    };
    let mut arguments = vec![weights.clone()];
    let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    if let Some(revision) = revision {
        add("--revision", revision.clone());
        add("--tokenizer-revision", revision.clone());
    }
    add("--served-model-name", model.served_model_name.clone());
    add("--host", "0.0.0.0".to_owned());
    add("--port", settings.server_port.to_string());
    add("--gpu-memory-utilization", format!("0.{:02}", vllm.gpu_memory_percent));
    if vllm.max_model_len_tokens > 0 {
        add("--max-model-len", vllm.max_model_len_tokens.to_string());
    }
    if vllm.max_num_queued_reqs > 0 {
        add("--max-num-queued-reqs", vllm.max_num_queued_reqs.to_string());
    }
    if vllm.priority_scheduling {
        add("--scheduling-policy", "priority".to_owned());
    }
    arguments.extend(vllm.extra_arguments.iter().cloned());
    arguments
}

fn render(
    environment: &Environment<'_>,
    template: &str,
    values: &impl Serialize,
) -> Result<String, CloudInitError> {
    environment
        .render_str(template, Serde(values))
        .map_err(|error| CloudInitError::Template(error.to_string()))
}

/// Quotes for a POSIX shell: everything but a single quote stands for itself between two of them.
fn in_single_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Refuses what has no quoting in the file it goes to, such as a line feed in an environment file.
fn check(order: &Order, secrets: &DigitalOceanSecrets) -> Result<(), CloudInitError> {
    let tokens = [&secrets.destroy_token, &secrets.hub_token];
    if !tokens.into_iter().flatten().all(|token| is_token(token.expose())) {
        return Err(CloudInitError::Unsafe("a token", "1 to 256 of A-Z, a-z, 0-9, `-`, `_` and `.`"));
    }
    if !order.has_usable_key() {
        return Err(CloudInitError::Unsafe("the key", "16 to 128 of A-Z, a-z, 0-9, `-` and `_`"));
    }
    let model = &order.model;
    let texts = [&model.engine, &model.served_model_name, &model.weights_digest];
    if texts.into_iter().any(|text| text.is_empty() || text.chars().any(char::is_control)) {
        return Err(CloudInitError::Unsafe("the model", "text without control characters"));
    }
    Ok(())
}

fn is_token(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=256).contains(&text.len()) && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Secret, cost::Billing, providers::Offer};

    fn order(weights: &str) -> Order {
        let installation = Installation::new("guesthouse").unwrap();
        let billing =
            Billing { price_microusd_per_hour: 1_570_000, granularity_ms: 1_000, minimum_ms: 60_000 };
        Order {
            node_id: Uuid::from_u128(7),
            name: installation.machine_name(Uuid::from_u128(7)),
            offer: Offer { region: "tor1".to_owned(), size: "gpu-l40sx1-48gb".to_owned(), billing },
            model: ModelSpec {
                engine: "do-gpu-mistral-nemo-12b_2026-06-29.1".to_owned(),
                served_model_name: "mistral-nemo-12b".to_owned(),
                weights_digest: "sha256:00ff".to_owned(),
                weights: Some(weights.parse().unwrap()),
            },
            api_key: Secret::new("node-key-0123456789"),
            deadman_s: 1_800,
        }
    }

    fn secrets() -> DigitalOceanSecrets {
        let some = |text: &str| Some(Secret::new(text));
        DigitalOceanSecrets {
            token: Secret::new("account-token"),
            destroy_token: some("destroy-token"),
            hub_token: some("hub-token"),
        }
    }

    fn rendered(settings: &DigitalOceanSettings, order: &Order, secrets: &DigitalOceanSecrets) -> String {
        user_data(&Installation::new("guesthouse").unwrap(), settings, order, secrets).unwrap()
    }

    #[test]
    fn weights_from_a_hub() {
        let order = order("hf:mistralai/Mistral-Nemo-Instruct-2407@04d8a905");
        let text = rendered(&DigitalOceanSettings::default(), &order, &secrets());
        insta::assert_snapshot!("weights_from_a_hub", text);
        // The account's own token never leaves this machine.
        assert!(!text.contains("account-token"));
    }

    #[test]
    fn weights_on_a_volume_and_a_closed_door() {
        let volume = super::super::VolumeSettings { id: "506f78a4".to_owned(), name: "weights".to_owned() };
        let settings = DigitalOceanSettings {
            volumes: vec![volume],
            allow_from: vec!["203.0.113.0/24".to_owned()],
            ..DigitalOceanSettings::default()
        };
        let secrets = DigitalOceanSecrets { destroy_token: None, hub_token: None, ..secrets() };
        let text = rendered(&settings, &order("/mnt/weights/nemo"), &secrets);
        insta::assert_snapshot!("weights_on_a_volume", text);
    }

    #[test]
    fn hostile_text_stays_text() {
        let mut order = order("/mnt/weights/nemo");
        order.model.served_model_name = "it's: {{ engine }} $(reboot) # \"x\"".to_owned();
        let text = rendered(&DigitalOceanSettings::default(), &order, &secrets());
        assert!(text.contains("'it'\\''s: {{ engine }} $(reboot) # \"x\"'"), "{text}");
    }

    #[test]
    fn what_has_no_quoting_is_refused() {
        let settings = DigitalOceanSettings::default();
        let installation = Installation::new("guesthouse").unwrap();
        let good = order("/mnt/weights/nemo");
        let bad_key =
            Order { api_key: Secret::new("sixteen-letters\nVLLM_SERVER_DEV_MODE=1"), ..good.clone() };
        let mut bad_name = good.clone();
        bad_name.model.engine = "x\nruncmd:".to_owned();
        for order in [bad_key, bad_name] {
            let refused = user_data(&installation, &settings, &order, &secrets());
            assert!(matches!(refused, Err(CloudInitError::Unsafe(..))), "{refused:?}");
        }
        let bad_token = DigitalOceanSecrets { destroy_token: Some(Secret::new("a b")), ..secrets() };
        let refused = user_data(&installation, &settings, &good, &bad_token);
        assert!(matches!(refused, Err(CloudInitError::Unsafe("a token", _))));
    }

    #[test]
    fn what_the_api_would_refuse_is_not_sent() {
        let mut settings = DigitalOceanSettings::default();
        settings.vllm.extra_arguments = vec!["x".repeat(USER_DATA_MAX_BYTES)];
        let refused =
            user_data(&Installation::new("guesthouse").unwrap(), &settings, &order("/w"), &secrets());
        assert!(matches!(refused, Err(CloudInitError::TooLong(bytes)) if bytes > USER_DATA_MAX_BYTES));
    }
}
