//! Who may talk to whom, as the NetworkPolicies add up.

use std::collections::BTreeSet;

use prospector_runtime::config::Config;
use serde_json::Value;

use super::{
    cluster::{Cluster, name},
    files::list,
    references::{labels, selects},
};

/// The ports that the policies which mean `labels` let through in a direction; none when no policy restricts it.
fn ports(cluster: &Cluster, labels: &Value, direction: &str) -> Option<BTreeSet<u64>> {
    let rules = direction.to_lowercase();
    let policies = cluster.of_kind("NetworkPolicy");
    let mut mine = policies
        .iter()
        .filter(|policy| selects(&policy["spec"]["podSelector"], labels))
        .filter(|policy| list(policy, "/spec/policyTypes").contains(&direction.into()))
        .peekable();
    mine.peek()?;
    let mut open = BTreeSet::new();
    for rule in mine.flat_map(|policy| list(policy, &format!("/spec/{rules}"))) {
        let named = list(rule, "/ports");
        assert!(!named.is_empty(), "every port is open: {rule}");
        let (from, to) = (list(rule, "/from"), list(rule, "/to"));
        assert!(!from.is_empty() || !to.is_empty(), "everybody is let through: {rule}");
        open.extend(named.iter().map(|port| port["port"].as_u64().unwrap()));
    }
    Some(open)
}

#[test]
fn each_pod_reaches_what_it_needs_and_is_reached_where_it_listens() {
    let cluster = Cluster::render("base");
    let config = Config::default();
    let (names, database, redis, https) = (53, 5432, 6379, 443);
    let traces = [4317, 4318];
    let models = u64::from(config.engine.digitalocean.server_port);
    for workload in cluster.workloads() {
        let role = cluster.role(workload);
        let mut wanted = BTreeSet::from([names, database]);
        if let Some(port) = role.port() {
            wanted.extend(traces);
            wanted.insert(redis);
            let listened = BTreeSet::from([u64::from(port)]);
            assert_eq!(ports(&cluster, labels(workload), "Ingress"), Some(listened), "{}", role.name);
        } else {
            assert_eq!(ports(&cluster, labels(workload), "Ingress"), Some(BTreeSet::new()), "{}", role.name);
        }
        if ["worker", "scheduler"].contains(&role.args[0].as_str()) {
            wanted.extend([https, models]);
        }
        assert_eq!(ports(&cluster, labels(workload), "Egress"), Some(wanted), "{}", role.name);
    }
}

#[test]
fn whatever_else_runs_in_the_namespace_is_shut_in() {
    let cluster = Cluster::render("base");
    let stranger = serde_json::json!({"app": "stranger"});
    for direction in ["Ingress", "Egress"] {
        assert_eq!(ports(&cluster, &stranger, direction), Some(BTreeSet::new()));
    }
    let policies = cluster.of_kind("NetworkPolicy");
    // The metadata of a node holds its credentials.
    for policy in policies {
        for rule in list(policy, "/spec/egress") {
            for to in list(rule, "/to") {
                if to["ipBlock"]["cidr"] == "0.0.0.0/0" {
                    let except = list(&to["ipBlock"], "/except");
                    assert!(except.contains(&"169.254.0.0/16".into()), "{}", name(policy));
                }
            }
        }
    }
}
