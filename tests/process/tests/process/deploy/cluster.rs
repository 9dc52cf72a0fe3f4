//! `deploy/kubernetes` as kustomize renders it: the files that its kustomizations name, and the maps they generate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    files::{list, path, text, variables, word, words, yaml},
    role::{Role, SIGNING_SECRET},
};

pub(super) const ROOT: &str = "deploy/kubernetes";
/// What a kustomization may say here. Anything else would change what is rendered, and this module would not.
const UNDERSTOOD: [&str; 6] =
    ["apiVersion", "kind", "namespace", "resources", "components", "configMapGenerator"];

/// What one kustomization renders.
#[derive(Debug, Default)]
pub(super) struct Cluster {
    /// Every document.
    pub(super) documents: Vec<Value>,
    /// Every file of them, within the project.
    pub(super) files: BTreeSet<String>,
    /// The generated maps: name, then key and content.
    pub(super) maps: BTreeMap<String, BTreeMap<String, String>>,
}

impl Cluster {
    /// What `folder`, within [`ROOT`], renders.
    pub(super) fn render(folder: &str) -> Self {
        let mut cluster = Self::default();
        cluster.add(&format!("{ROOT}/{folder}"));
        cluster
    }

    fn add(&mut self, folder: &str) {
        let file = yaml(&format!("{folder}/kustomization.yaml")).pop().unwrap();
        for key in file.as_object().unwrap().keys() {
            assert!(UNDERSTOOD.contains(&key.as_str()), "{folder}: {key} is not understood here");
        }
        let named = [words(&file, "/resources"), words(&file, "/components")].concat();
        for name in named {
            let name = within(folder, &name);
            if path(&name).is_dir() {
                self.add(&name);
            } else {
                self.documents.extend(yaml(&name));
                assert!(self.files.insert(name.clone()), "{name} is rendered twice");
            }
        }
        for map in list(&file, "/configMapGenerator") {
            let mut content = BTreeMap::new();
            for name in words(map, "/files") {
                content.insert(name.clone(), text(&format!("{folder}/{name}")));
                self.files.insert(format!("{folder}/{name}"));
            }
            for name in words(map, "/envs") {
                content.extend(variables(&text(&format!("{folder}/{name}"))));
                self.files.insert(format!("{folder}/{name}"));
            }
            self.maps.insert(word(map, "/name").to_owned(), content);
        }
    }

    /// The documents of a kind.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.documents.iter().filter(|document| document["kind"] == kind).collect()
    }

    /// Whatever makes pods.
    pub(super) fn workloads(&self) -> Vec<&Value> {
        [self.of_kind("Deployment"), self.of_kind("Job")].concat()
    }

    /// The one container of a workload, as the program sees it, when every secret it names is there.
    pub(super) fn role(&self, workload: &Value) -> Role {
        let pod = &workload["spec"]["template"]["spec"];
        let [container] = list(pod, "/containers") else { panic!("one container in {workload:#}") };
        let mut all = BTreeMap::new();
        for source in list(container, "/envFrom") {
            all.extend(self.maps[word(source, "/configMapRef/name")].clone());
        }
        for variable in list(container, "/env") {
            let value = match variable["value"].as_str() {
                Some(value) => value.to_owned(),
                None => secret(word(variable, "/valueFrom/secretKeyRef/key")).to_owned(),
            };
            all.insert(word(variable, "/name").to_owned(), value);
        }
        let file = all.get("PROSPECTOR_CONFIG").map(|file| {
            let mut mounts = list(container, "/volumeMounts").iter();
            let mount = mounts.find(|mount| file.starts_with(word(mount, "/mountPath"))).unwrap();
            let volume = list(pod, "/volumes").iter().find(|volume| volume["name"] == mount["name"]).unwrap();
            assert_eq!(mount["readOnly"], true, "{mount}");
            let name = file.strip_prefix(word(mount, "/mountPath")).unwrap().trim_start_matches('/');
            assert!(self.maps[word(volume, "/configMap/name")].contains_key(name), "{file} is not mounted");
            path(&format!("{ROOT}/base/{name}"))
        });
        Role { name: name(workload).to_owned(), args: words(container, "/args"), variables: all, file }
    }
}

/// The name of a document.
pub(super) fn name(document: &Value) -> &str {
    word(document, "/metadata/name")
}

/// `name` as seen from `folder`.
fn within(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in name.split('/') {
        if part == ".." {
            parts.pop().expect("a path within the project");
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// What an operator puts into the secrets that the README lists.
fn secret(key: &str) -> &'static str {
    match key {
        "database-url" => "postgres://prospector:secret@db.example.com:5432/prospector?sslmode=verify-full",
        "queue-url" => "rediss://:secret@cache.example.com:6379/0",
        "bridge-secret" => SIGNING_SECRET,
        "inference-url" => "http://10.0.0.8:8000",
        "inference-key" | "digitalocean-token" | "digitalocean-destroy-token" | "hub-token" => "secret",
        other => panic!("the README explains no secret {other}"),
    }
}
