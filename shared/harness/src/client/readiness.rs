//! Whether a server can really answer, and how busy it is.

use reqwest::Response;
use serde::Deserialize;
use tokio::time::timeout;

use super::inference_client::{path, timed_out};
use crate::{
    client::{
        ChatMessage, ChatRequest, Endpoint, FailureKind, InferenceClient, InferenceError, Role, failure,
    },
    stopwatch::Stopwatch,
};

/// Lists of models and of metrics are a few kilobytes; vLLM's metrics with every histogram about a hundred.
const BODY_MAX_BYTES: usize = 4 * 1024 * 1024;

/// What a probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// A real completion succeeded, and took so long.
    Ready {
        /// From sending the request to its only token, in milliseconds.
        duration_ms: u64,
    },
    /// It may become ready: it does not listen yet, loads, is full, or was too slow.
    NotYet(InferenceError),
    /// It will not become ready by waiting: the key is refused, the model is not served, or it is no such server.
    Wrong(InferenceError),
}

/// How busy a server says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerLoad {
    /// Requests it works on.
    pub running: u32,
    /// Requests that wait inside it.
    pub waiting: u32,
}

#[derive(Debug, Deserialize)]
struct Models {
    data: Vec<ModelEntry>,
}

#[derive(Debug, Deserialize)]
struct ModelEntry {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
}

impl InferenceClient {
    /// Finds out whether `endpoint` answers: its health, whether it serves the model, and a completion of one token. A healthy
    /// server may take many seconds for its first completion, so only the last of the three shows that it is warm.
    pub async fn probe(&self, endpoint: &Endpoint) -> Readiness {
        match self.try_probe(endpoint).await {
            Ok(duration_ms) => Readiness::Ready { duration_ms },
            Err(failure) if is_final(failure.kind) => Readiness::Wrong(failure),
            Err(failure) => Readiness::NotYet(failure),
        }
    }

    /// Asks `endpoint` whether it is alive. One that is full, or pauses, says so as well; one that has no such page is taken to
    /// be.
    ///
    /// # Errors
    /// [`InferenceError`] when it does not answer, or says that it is not.
    pub async fn health(&self, endpoint: &Endpoint) -> Result<(), InferenceError> {
        match self.get(endpoint, &["health"]).await {
            // Servers without this page exist, and a completion tells more anyway.
            Err(failure) if failure.status == Some(404) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Reads from `endpoint` how busy it is; none when it does not say.
    pub async fn load(&self, endpoint: &Endpoint) -> Option<ServerLoad> {
        let response = self.get(endpoint, &["metrics"]).await.ok()?;
        let body = self.body(response, BODY_MAX_BYTES).await.ok()?;
        ServerLoad::parse(&String::from_utf8_lossy(&body))
    }

    async fn try_probe(&self, endpoint: &Endpoint) -> Result<u64, InferenceError> {
        self.health(endpoint).await?;
        self.check_model(endpoint).await?;
        let watch = Stopwatch::start();
        let patience = self.options.probe_timeout;
        let trial = timeout(patience, self.chat(endpoint, &trial()))
            .await
            .unwrap_or_else(|_| Err(timed_out("no trial completion", patience)));
        match trial {
            Ok(_) => Ok(watch.elapsed_ms()),
            // One token is all that was asked for, and whether it shows does not matter.
            Err(failure) if matches!(failure.kind, FailureKind::Truncated | FailureKind::Empty) => {
                Ok(watch.elapsed_ms())
            }
            Err(failure) => Err(failure),
        }
    }

    /// llama.cpp answers under any name, so a completion alone would not show that the wrong model is served.
    async fn check_model(&self, endpoint: &Endpoint) -> Result<(), InferenceError> {
        let response = match self.get(endpoint, &["v1", "models"]).await {
            Err(failure) if failure.status == Some(404) => return Ok(()),
            other => other?,
        };
        let body = self.body(response, BODY_MAX_BYTES).await?;
        let served: Models = serde_json::from_slice(&body).map_err(|_| {
            InferenceError::new(FailureKind::Malformed, "the list of models is not what the protocol says")
        })?;
        let model = &endpoint.model;
        if served.data.iter().any(|entry| entry.id == *model || entry.aliases.contains(model)) {
            return Ok(());
        }
        Err(InferenceError::new(FailureKind::UnknownModel, "the server does not list the model"))
    }

    async fn get(&self, endpoint: &Endpoint, segments: &[&str]) -> Result<Response, InferenceError> {
        let patience = self.options.probe_timeout;
        let request = self.authorised(endpoint, self.http.get(path(&endpoint.base_url, segments)));
        let response = timeout(patience, request.send())
            .await
            .map_err(|_| timed_out("no answer", patience))?
            .map_err(|error| failure::of_network(&error))?;
        if response.status().is_success() { Ok(response) } else { Err(self.failure_of(response).await) }
    }
}

impl ServerLoad {
    /// Reads the metrics of vLLM or llama.cpp; vLLM has a line for each of its engines.
    fn parse(metrics: &str) -> Option<Self> {
        let sum = |names: [&str; 2]| {
            let values: Vec<u32> = metrics.lines().filter_map(|line| sample(line, names)).collect();
            values.into_iter().reduce(u32::saturating_add)
        };
        Some(Self {
            running: sum(["vllm:num_requests_running", "llamacpp:requests_processing"])?,
            waiting: sum(["vllm:num_requests_waiting", "llamacpp:requests_deferred"])?,
        })
    }
}

/// The value of a line of the Prometheus text format, when it is of one of `names`. Fractions are cut off.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, as wanted")]
fn sample(line: &str, names: [&str; 2]) -> Option<u32> {
    let rest = names.iter().find_map(|name| line.strip_prefix(name))?;
    // A label's value may hold spaces; the sample stands after the last brace.
    let value = match rest.strip_prefix('{') {
        Some(labels) => labels.rsplit_once('}')?.1,
        None => rest.strip_prefix(' ')?,
    };
    value.split_whitespace().next()?.parse::<f64>().ok().map(|value| value as u32)
}

/// True for what waiting does not mend.
const fn is_final(kind: FailureKind) -> bool {
    match kind {
        FailureKind::Unauthorized
        | FailureKind::UnknownModel
        | FailureKind::Rejected
        | FailureKind::ContextTooLong
        | FailureKind::Malformed => true,
        FailureKind::NoEndpoint
        | FailureKind::Vanished
        | FailureKind::Loading
        | FailureKind::Overloaded
        | FailureKind::TimedOut
        | FailureKind::Server
        | FailureKind::Truncated
        | FailureKind::Empty => false,
    }
}

fn trial() -> ChatRequest {
    ChatRequest {
        messages: vec![ChatMessage { role: Role::User, content: "Hello".to_owned() }],
        max_tokens: 1,
        temperature: 0.0,
        seed: None,
        stop: Vec::new(),
        json_schema: None,
        priority: None,
        request_id: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_read_from_either_dialect() {
        let vllm = "# TYPE vllm:num_requests_running gauge\n\
                    vllm:num_requests_running{engine=\"0\",model_name=\"a {b}\"} 3.0\n\
                    vllm:num_requests_running{engine=\"1\",model_name=\"a {b}\"} 2.0\n\
                    vllm:num_requests_waiting{engine=\"0\",model_name=\"a {b}\"} 1.0\n\
                    vllm:num_requests_waiting_by_reason{engine=\"0\",reason=\"capacity\"} 9.0\n";
        assert_eq!(ServerLoad::parse(vllm), Some(ServerLoad { running: 5, waiting: 1 }));
        let llama = "llamacpp:requests_processing 4\nllamacpp:requests_deferred 2\n";
        assert_eq!(ServerLoad::parse(llama), Some(ServerLoad { running: 4, waiting: 2 }));
        for other in
            ["", "vllm:num_requests_running 1\n", "vllm:num_requests_running x\nvllm:num_requests_waiting y"]
        {
            assert_eq!(ServerLoad::parse(other), None, "{other}");
        }
    }
}
