//! Dashboards can be imported anywhere, and say of everything they show what it means.

use std::collections::BTreeSet;

use serde_json::Value;

use super::expressions::{dashboards, deployed, text_of};

/// The version of the form that Grafana 12 and 13 write.
const SCHEMA_VERSION: u64 = 42;
/// Columns of a dashboard.
const COLUMNS: u64 = 24;
/// A description that is shorter says no more than the title.
const DESCRIPTION_MIN_CHARS: usize = 80;

#[test]
fn dashboards_can_be_imported_anywhere_and_lead_to_each_other() {
    let mut uids = BTreeSet::new();
    for dashboard in dashboards() {
        let (name, json) = (&dashboard.name, &dashboard.json);
        assert!(json["id"].is_null(), "{name}: an id belongs to one Grafana");
        assert_eq!(json["schemaVersion"].as_u64(), Some(SCHEMA_VERSION), "{name}");
        assert_eq!(text_of(&json["uid"]), format!("prospector-{name}"));
        assert!(uids.insert(text_of(&json["uid"]).to_owned()), "{name}: two have one uid");
        let link = &json["links"][0];
        let tag = &link["tags"][0];
        assert!(link["type"] == "dashboards" && link["keepTime"] == true, "{name}: no link to the others");
        assert!(json["tags"].as_array().unwrap().contains(tag), "{name}: the others do not link to it");
        let source = &json["templating"]["list"][0];
        assert_eq!(
            (&source["name"], &source["type"]),
            (&"datasource".into(), &"datasource".into()),
            "{name}"
        );
        let sources = json["panels"].as_array().unwrap().iter().flat_map(sources_of);
        for source in sources.chain(dashboard.variables().into_iter().map(|variable| &variable["datasource"]))
        {
            assert_eq!(source["uid"], "${datasource}", "{name}: a source that only one Grafana has");
        }
    }
    assert_eq!(uids.len(), 4);
}

fn sources_of(panel: &Value) -> Vec<&Value> {
    if panel["type"] == "row" {
        return Vec::new();
    }
    let targets = panel["targets"].as_array().unwrap();
    std::iter::once(&panel["datasource"]).chain(targets.iter().map(|target| &target["datasource"])).collect()
}

#[test]
fn every_panel_of_a_dashboard_has_a_unit_a_place_of_its_own_and_says_what_it_means() {
    for dashboard in dashboards() {
        let (mut ids, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for panel in dashboard.panels() {
            let what = format!("{} / {}", dashboard.name, panel["title"]);
            let description = panel["description"].as_str().unwrap_or_default();
            assert!(description.chars().count() >= DESCRIPTION_MIN_CHARS, "{what}: {description:?}");
            assert!(description.ends_with('.'), "{what}: {description:?}");
            for page in description.split(' ').filter(|word| word.contains("docs/")) {
                let page = page.trim_matches(|c| "().,;".contains(c));
                assert!(deployed().join("..").join(page).is_file(), "{what}: there is no {page}");
            }
            let defaults = &panel["fieldConfig"]["defaults"];
            assert!(!text_of(&defaults["unit"]).is_empty(), "{what}: without a unit");
            assert!(defaults["thresholds"]["steps"].is_array(), "{what}: without thresholds");
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "{what}: two have one id");
            let side = |name: &str| panel["gridPos"][name].as_u64().unwrap();
            assert!(side("x") + side("w") <= COLUMNS, "{what}: beyond the edge");
            for x in side("x")..side("x") + side("w") {
                for y in side("y")..side("y") + side("h") {
                    assert!(taken.insert((x, y)), "{what}: on top of another");
                }
            }
        }
    }
}
