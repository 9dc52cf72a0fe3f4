//! The rules that are deployed, by Prometheus' own tool: they can be read, and each alert fires when it should and is
//! silent when it should not.

use std::{collections::BTreeMap, path::PathBuf, process::Output};

use prospector_testkit::{PrometheusServer, promtool};

use super::expressions::{Rule, deployed, rule_files, rules};

/// What every page of a runbook answers, in this order.
const HEADINGS: [&str; 4] =
    ["## What it means", "## What to look at", "## What to do", "## How to know it is over"];

fn folder() -> PathBuf {
    deployed().join("prometheus")
}

fn assert_good(output: &Output) {
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", said(&output.stdout), said(&output.stderr));
}

/// The files of rule tests, relative to [`folder`].
fn test_files() -> Vec<String> {
    let files = std::fs::read_dir(folder().join("tests")).unwrap();
    let mut files: Vec<String> =
        files.map(|entry| format!("tests/{}", entry.unwrap().file_name().to_string_lossy())).collect();
    files.sort();
    files
}

fn alerts() -> Vec<Rule> {
    let prometheus = PrometheusServer::start(&[], &rule_files());
    rules(&prometheus).into_iter().filter(Rule::is_alert).collect()
}

#[test]
fn promtool_reads_the_configuration_and_the_rules() {
    assert_good(&promtool(&folder(), &["check", "config", "prometheus.yml"]));
    assert_good(&promtool(&folder(), &["check", "rules", "rules/recording.yml", "rules/alerts.yml"]));
}

#[test]
fn every_alert_fires_when_it_should_and_is_silent_when_it_should_not() {
    let files = test_files();
    let words: Vec<&str> = ["test", "rules"].into_iter().chain(files.iter().map(String::as_str)).collect();
    assert_good(&promtool(&folder(), &words));

    // What promtool cannot say: that no alert was left out.
    let mut tested: BTreeMap<String, [bool; 2]> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        for after in text.split("alertname: ").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
            let silent = after.lines().next().unwrap().contains("exp_alerts: []");
            tested.entry(name).or_default()[usize::from(silent)] = true;
        }
    }
    for alert in alerts() {
        let both = tested.get(alert.name()).copied().unwrap_or_default();
        assert_eq!(both, [true, true], "{}: tested firing, and silent", alert.name());
    }
}

#[test]
fn every_alert_of_prometheus_says_how_bad_it_is_and_has_a_page_that_says_what_to_do() {
    let alerts = alerts();
    assert!(!alerts.is_empty());
    for alert in alerts {
        let name = alert.name();
        let severity = alert.0["labels"]["severity"].as_str();
        assert!(matches!(severity, Some("warning" | "critical")), "{name}: {severity:?}");
        for annotation in ["summary", "description"] {
            assert!(!alert.annotation(annotation).is_empty(), "{name} has no {annotation}");
        }
        let page = deployed().join("..").join(alert.annotation("runbook_url"));
        let text =
            std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        assert!(text.contains(name), "{} does not speak of {name}", page.display());
        let places: Vec<Option<usize>> = HEADINGS.iter().map(|heading| text.find(heading)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}: {places:?}", page.display());
    }
}
