//! `deploy/kubernetes`: fits the schemas, and says to the program what the program understands.

use std::{collections::BTreeSet, time::Duration};

use prospector_runtime::config::ProviderKind;
use serde_json::Value;

use super::{
    cluster::{Cluster, ROOT},
    files::{list, passes, path, text, tool, word},
};

pub(super) const OVERLAYS: [&str; 2] = ["overlays/hpa", "overlays/keda"];
pub(super) const MONITOR: &str = "components/pod-monitor";
/// The oldest and the newest Kubernetes whose schemas are known here; the README promises the oldest.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];
/// Kinds that others bring into a cluster. Their schemas are not among Kubernetes' own.
const FOREIGN: [&str; 2] = ["ScaledObject", "PodMonitor"];

/// Every file below a folder.
fn files_below(folder: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(path(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            files_below(&name, found);
        } else {
            found.insert(name);
        }
    }
}

#[test]
fn every_manifest_is_rendered_and_fits_the_schemas() {
    let mut rendered = BTreeSet::new();
    let (mut known, mut foreign) = (BTreeSet::new(), BTreeSet::new());
    for folder in OVERLAYS.into_iter().chain([MONITOR]) {
        let cluster = Cluster::render(folder);
        for document in &cluster.documents {
            let kind = word(document, "/kind").to_owned();
            if FOREIGN.contains(&kind.as_str()) {
                foreign.insert(kind)
            } else {
                known.insert(kind)
            };
        }
        rendered.extend(cluster.files);
    }
    assert_eq!(foreign, FOREIGN.map(str::to_owned).into_iter().collect());
    let mut there = BTreeSet::new();
    files_below(ROOT, &mut there);
    there.retain(|file| !file.ends_with("kustomization.yaml") && !file.ends_with("README.md"));
    assert_eq!(rendered, there, "a file that no kustomization names is never applied");

    let manifests = there.iter().filter(|file| file.ends_with(".yaml"));
    let own =
        manifests.filter(|file| !FOREIGN.iter().any(|kind| text(file).contains(&format!("kind: {kind}\n"))));
    let own: Vec<_> = own.map(|file| path(file)).collect();
    for version in VERSIONS {
        let said = passes(tool("kubernetes-validate").args(["--strict", "-k", version]).args(&own));
        assert!(!said.contains("WARN"), "{said}");
        let checked = said.lines().filter(|line| line.contains(" passed for resource ")).count();
        let documents: usize = own.iter().map(|file| file_documents(file)).sum();
        assert_eq!(checked, documents, "{said}");
    }
    assert!(known.contains("NetworkPolicy") && known.contains("HorizontalPodAutoscaler"), "{known:?}");
}

fn file_documents(file: &std::path::Path) -> usize {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().filter(|line| line.starts_with("kind: ")).count()
}

#[test]
fn every_pod_is_told_what_the_program_understands_and_no_more_secrets_than_it_uses() {
    let cluster = Cluster::render("base");
    let mut started = Vec::new();
    for workload in cluster.workloads() {
        let role = cluster.role(workload);
        role.is_understood();
        let config = role.config();
        assert!(config.database.url.expose().starts_with("postgres://"), "{}", role.name);
        let sends = config.dispatch.sink_for("sms").is_some();
        assert_eq!(sends, ["api", "worker"].contains(&role.args[0].as_str()), "{}", role.name);
        let rents = role.args[0] == "scheduler";
        assert_eq!(config.engine.digitalocean_token.is_some(), rents, "{}", role.name);
        assert_eq!(
            config.engine.provider,
            ProviderKind::None,
            "{}: as long as nobody says otherwise",
            role.name
        );
        started.push(role.args[0].clone());
    }
    started.sort();
    assert_eq!(started, ["api", "migrate", "scheduler", "worker"]);
}

#[test]
fn every_secret_is_named_and_explained() {
    let readme = text(&format!("{ROOT}/README.md"));
    let cluster = Cluster::render("base");
    for workload in cluster.workloads() {
        for variable in list(workload, "/spec/template/spec/containers/0/env") {
            if let Some(value) = variable["value"].as_str() {
                assert!(
                    !super::role::is_secret(word(variable, "/name")) && !value.contains('@'),
                    "{variable}"
                );
                continue;
            }
            for part in ["name", "key"] {
                let named = word(variable, &format!("/valueFrom/secretKeyRef/{part}"));
                assert!(readme.contains(&format!("`{named}`")), "the README says nothing of {named}");
            }
        }
    }
    for (map, content) in &cluster.maps {
        for name in content.keys() {
            assert!(!super::role::is_secret(name), "{map} is no place for {name}");
        }
    }
    assert!(cluster.of_kind("Secret").is_empty());
}

#[test]
fn pods_end_in_time_and_are_asked_where_they_answer() {
    let cluster = Cluster::render("base");
    for deployment in cluster.of_kind("Deployment") {
        let role = cluster.role(deployment);
        let pod = &deployment["spec"]["template"]["spec"];
        let container = &pod["containers"][0];
        let pause =
            container.pointer("/lifecycle/preStop/sleep/seconds").and_then(Value::as_u64).unwrap_or(0);
        let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
        assert!(Duration::from_secs(grace - pause) > role.drain(), "{} is killed while it drains", role.name);
        // Only what others send requests to must go on listening while they learn of its end.
        assert_eq!(pause > 0, role.args[0] == "api", "{}", role.name);

        let port = role.port().unwrap();
        assert_eq!(container["ports"][0]["containerPort"], port, "{}", role.name);
        let annotations = &deployment["spec"]["template"]["metadata"]["annotations"];
        assert_eq!(annotations["prometheus.io/port"], port.to_string(), "{}", role.name);
        let scraped = word(annotations, "/prometheus.io~1path");
        let asked = |probe: &str| word(container, &format!("/{probe}/httpGet/path"));
        let routes = &prospector_api::document().paths.paths;
        for route in [asked("startupProbe"), asked("livenessProbe"), asked("readinessProbe"), scraped] {
            assert!(routes.contains_key(route), "{} is asked {route}, where there is nothing", role.name);
        }
        // A dependency that is away is a reason to say so, never to kill the process; and without Redis the API goes on.
        let waits_for_all = role.args[0] != "api";
        assert_eq!(asked("livenessProbe"), "/health/live", "{}", role.name);
        assert_eq!(asked("readinessProbe") == "/health/ready", waits_for_all, "{}", role.name);
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            assert_eq!(container[probe]["httpGet"]["port"], container["ports"][0]["name"], "{}", role.name);
        }
    }
}

#[test]
fn the_connections_of_the_worst_moment_are_those_the_settings_name() {
    let cluster = Cluster::render("overlays/hpa");
    let most = cluster.of_kind("HorizontalPodAutoscaler")[0]["spec"]["maxReplicas"].as_u64().unwrap();
    let mut processes = 0;
    for deployment in cluster.of_kind("Deployment") {
        let replicas = deployment["spec"]["replicas"].as_u64().unwrap_or(most);
        let surge = &deployment["spec"]["strategy"]["rollingUpdate"]["maxSurge"];
        processes += replicas
            + match surge.as_str() {
                Some(percent) => {
                    (replicas * percent.trim_end_matches('%').parse::<u64>().unwrap()).div_ceil(100)
                }
                None => surge.as_u64().unwrap(),
            };
    }
    let each = cluster.role(cluster.of_kind("Deployment")[0]).config().database.max_connections;
    // And the migration.
    let connections = (processes + 1) * u64::from(each);
    let settings = text(&format!("{ROOT}/base/prospector.toml"));
    assert!(settings.contains(&format!("{connections} connections")), "{connections} are not named");
}
