//! Every expression of the dashboards and of the rules, with the place it stands at.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use prospector_testkit::PrometheusServer;
use serde_json::Value;

/// What a dashboard's variables stand for while a test asks: everything, over a window that holds the whole run.
const VARIABLES: [(&str, &str); 7] = [
    ("$__rate_interval", "10m"),
    ("$__range", "10m"),
    ("$__interval", "10m"),
    ("$instance", ".*"),
    ("$job", ".*"),
    ("$kind", ".*"),
    ("$route", ".*"),
];

/// One expression.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// Where it stands, for people.
    pub(crate) place: String,
    /// The expression, without variables.
    pub(crate) text: String,
    /// A label that the series must have, because a variable takes its values from it.
    pub(crate) label: Option<String>,
}

/// One dashboard, as its file has it.
pub(crate) struct Dashboard {
    /// The file's name, without its ending.
    pub(crate) name: String,
    /// What the file holds.
    pub(crate) json: Value,
}

/// One rule, as Prometheus read it.
pub(crate) struct Rule(pub(crate) Value);

/// What is deployed beside the program.
pub(crate) fn deployed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

/// The rule files.
pub(crate) fn rule_files() -> Vec<PathBuf> {
    let folder = deployed().join("prometheus/rules").canonicalize().unwrap();
    ["recording.yml", "alerts.yml"].iter().map(|name| folder.join(name)).collect()
}

/// Every dashboard, in the order of their names.
pub(crate) fn dashboards() -> Vec<Dashboard> {
    let folder = deployed().join("grafana/dashboards");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| Dashboard {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        json: serde_json::from_str(&std::fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    };
    paths.iter().map(read).collect()
}

/// Every rule that the server has loaded.
pub(crate) fn rules(prometheus: &PrometheusServer) -> Vec<Rule> {
    prometheus.rules().unwrap().into_iter().map(Rule).collect()
}

impl Dashboard {
    /// Its panels, rows left out.
    pub(crate) fn panels(&self) -> Vec<&Value> {
        let all = self.json["panels"].as_array().unwrap();
        all.iter().filter(|panel| panel["type"] != "row").collect()
    }

    /// Its variables, but for the data source.
    pub(crate) fn variables(&self) -> Vec<&Value> {
        let all = self.json["templating"]["list"].as_array().unwrap();
        all.iter().filter(|variable| variable["type"] == "query").collect()
    }

    /// What its panels and variables ask.
    pub(crate) fn expressions(&self) -> Vec<Expression> {
        let mut found = Vec::new();
        for variable in self.variables() {
            let (selector, label) = label_values(text_of(&variable["query"]["query"]));
            found.push(Expression {
                place: format!("{} / ${}", self.name, text_of(&variable["name"])),
                text: without_variables(selector),
                label: Some(label.to_owned()),
            });
        }
        for panel in self.panels() {
            for target in panel["targets"].as_array().unwrap() {
                found.push(Expression {
                    place: format!(
                        "{} / {} {}",
                        self.name,
                        text_of(&panel["title"]),
                        text_of(&target["refId"])
                    ),
                    text: without_variables(text_of(&target["expr"])),
                    label: None,
                });
            }
        }
        found
    }
}

impl Rule {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        text_of(&self.0["name"])
    }

    /// Whether it is an alert, and not a recording.
    pub(crate) fn is_alert(&self) -> bool {
        self.0["type"] == "alerting"
    }

    /// What it evaluates.
    pub(crate) fn expression(&self) -> &str {
        text_of(&self.0["query"])
    }

    /// One of its annotations; empty where there is none.
    pub(crate) fn annotation(&self, name: &str) -> &str {
        self.0["annotations"][name].as_str().unwrap_or_default()
    }
}

/// The names under which rules record.
pub(crate) fn recorded(rules: &[Rule]) -> BTreeSet<&str> {
    rules.iter().filter(|rule| !rule.is_alert()).map(Rule::name).collect()
}

/// The text of a field that must be there.
pub(crate) fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The two parts of `label_values(selector, label)`.
fn label_values(query: &str) -> (&str, &str) {
    query
        .strip_prefix("label_values(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|rest| rest.rsplit_once(", "))
        .unwrap_or_else(|| panic!("{query} is not label_values(selector, label)"))
}

fn without_variables(text: &str) -> String {
    let text = VARIABLES.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    assert!(!text.contains('$'), "a variable that no test knows in {text}");
    text
}
