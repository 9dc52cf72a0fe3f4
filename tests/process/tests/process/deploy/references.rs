//! What one manifest says about another must be so.

use serde_json::Value;

use super::{
    cluster::{Cluster, name},
    files::{list, word, words},
    kubernetes::{MONITOR, OVERLAYS},
};

/// Whether `labels` fit a selector.
pub(super) fn selects(selector: &Value, labels: &Value) -> bool {
    let exact = selector["matchLabels"].as_object().into_iter().flatten();
    let mut sets = list(selector, "/matchExpressions").iter();
    exact.into_iter().all(|(key, value)| labels[key] == *value)
        && sets.all(|set| {
            assert_eq!(set["operator"], "In", "only this one is understood here");
            let value = labels[word(set, "/key")].as_str().unwrap_or_default();
            words(set, "/values").iter().any(|wanted| wanted == value)
        })
}

/// The labels of a workload's pods.
pub(super) fn labels(workload: &Value) -> &Value {
    &workload["spec"]["template"]["metadata"]["labels"]
}

fn selected<'a>(cluster: &'a Cluster, selector: &Value) -> Vec<&'a str> {
    let mut found: Vec<&str> = cluster
        .workloads()
        .into_iter()
        .filter(|workload| selects(selector, labels(workload)))
        .map(name)
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn selectors_mean_the_pods_they_are_named_after() {
    let cluster = Cluster::render("base");
    for kind in ["Deployment", "PodDisruptionBudget"] {
        let documents = cluster.of_kind(kind);
        assert_eq!(documents.len(), 3, "{kind}");
        for document in documents {
            assert_eq!(selected(&cluster, &document["spec"]["selector"]), [name(document)], "{kind}");
        }
    }
    let [service] = cluster.of_kind("Service")[..] else { panic!("one service") };
    let selector = serde_json::json!({"matchLabels": service["spec"]["selector"]});
    assert_eq!(selected(&cluster, &selector), [name(service)]);
    let deployments = cluster.of_kind("Deployment");
    let api = deployments.iter().find(|deployment| name(deployment) == name(service)).unwrap();
    assert_eq!(
        service["spec"]["ports"][0]["targetPort"],
        api["spec"]["template"]["spec"]["containers"][0]["ports"][0]["name"]
    );
    let monitor = Cluster::render(MONITOR);
    let [monitor] = monitor.of_kind("PodMonitor")[..] else { panic!("one monitor") };
    let watched = selected(&cluster, &monitor["spec"]["selector"]);
    assert_eq!(watched, ["prospector-api", "prospector-scheduler", "prospector-worker"]);
    for endpoint in list(monitor, "/spec/podMetricsEndpoints") {
        assert_eq!(endpoint["port"], "http");
    }
}

#[test]
fn each_overlay_scales_the_workers_and_nothing_else_does() {
    for overlay in OVERLAYS {
        let cluster = Cluster::render(overlay);
        let scaled = [cluster.of_kind("HorizontalPodAutoscaler"), cluster.of_kind("ScaledObject")].concat();
        let [scaler] = scaled[..] else { panic!("one scaler in {overlay}") };
        let target = word(scaler, "/spec/scaleTargetRef/name");
        for deployment in cluster.of_kind("Deployment") {
            // Two that set the same number undo each other's work.
            assert_eq!(deployment["spec"].get("replicas").is_none(), name(deployment) == target, "{overlay}");
        }
        assert_eq!(target, "prospector-worker", "{overlay}");
        let least = scaler["spec"].get("minReplicas").or_else(|| scaler["spec"].get("minReplicaCount"));
        assert!(least.and_then(Value::as_u64).unwrap() >= 2, "{overlay}: one worker cannot be disrupted");
        for trigger in list(scaler, "/spec/triggers") {
            // KEDA reads every value as a text.
            assert!(trigger["metadata"].as_object().unwrap().values().all(Value::is_string), "{trigger}");
        }
    }
}
