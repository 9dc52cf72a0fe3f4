//! What no pod may do.

use serde_json::{Value, json};

use super::{
    cluster::{Cluster, name},
    files::{list, word},
    image::ACCOUNT,
    role::is_pinned,
};

#[test]
fn every_pod_is_confined() {
    let cluster = Cluster::render("base");
    for workload in cluster.workloads() {
        let (name, pod) = (name(workload), &workload["spec"]["template"]["spec"]);
        assert_eq!(pod["automountServiceAccountToken"], false, "{name} has no business with the cluster");
        assert_eq!(pod["enableServiceLinks"], false, "{name}");
        let of_pod = &pod["securityContext"];
        assert_eq!(
            (&of_pod["runAsNonRoot"], &of_pod["runAsUser"]),
            (&true.into(), &ACCOUNT.into()),
            "{name}"
        );
        assert_eq!(of_pod["seccompProfile"], json!({"type": "RuntimeDefault"}), "{name}");
        for forbidden in ["hostNetwork", "hostPID", "hostIPC"] {
            assert!(pod.get(forbidden).is_none(), "{name}: {forbidden}");
        }
        for container in list(pod, "/containers") {
            let wanted = json!({
                "allowPrivilegeEscalation": false,
                "readOnlyRootFilesystem": true,
                "capabilities": {"drop": ["ALL"]},
            });
            assert_eq!(container["securityContext"], wanted, "{name}");
            assert!(container["resources"]["limits"]["memory"].is_string(), "{name} has no bound of memory");
            assert!(container["resources"]["requests"]["cpu"].is_string(), "{name}");
            is_pinned(word(container, "/image"));
            assert_eq!(word(container, "/image"), format!("prospector:{}", env!("CARGO_PKG_VERSION")));
        }
    }
}

#[test]
fn accounts_hold_no_token_and_belong_to_one_role_each() {
    let cluster = Cluster::render("base");
    let mut accounts: Vec<&str> = cluster.of_kind("ServiceAccount").into_iter().map(name).collect();
    for account in cluster.of_kind("ServiceAccount") {
        assert_eq!(account["automountServiceAccountToken"], false, "{}", name(account));
    }
    let workloads = cluster.workloads();
    let mut used: Vec<&str> =
        workloads.iter().map(|workload| word(workload, "/spec/template/spec/serviceAccountName")).collect();
    accounts.sort_unstable();
    used.sort_unstable();
    assert_eq!(accounts, used);
    let namespaces = cluster.of_kind("Namespace");
    let enforced = |namespace: &&Value| {
        namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    };
    assert!(namespaces.iter().all(enforced) && namespaces.len() == 1);
}
