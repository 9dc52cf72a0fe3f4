//! What watches the house is told where it is; and what is written about all of it leads somewhere.

use std::path::Path;

use super::{
    compose::{FILE, answers, roles, services},
    files::{list, path, text, word, words, yaml},
    kubernetes::OVERLAYS,
};

const COMPOSE: &str = "deploy/compose";
/// What is read by people and names files.
const WRITTEN: [&str; 2] = ["docs/operate.md", "deploy/kubernetes/README.md"];
/// The series by which workers are scaled.
const LATENESS: &str = "kind_state:prospector_queue_oldest_age_seconds:leader";

#[test]
fn everything_that_compose_mounts_is_there_and_cannot_be_changed() {
    for (name, service) in services() {
        for mount in words(&service, "/volumes") {
            let Some(source) = mount.split(':').next().filter(|source| source.starts_with('.')) else {
                continue;
            };
            assert!(path(&format!("{COMPOSE}/{source}")).exists(), "{name}: {source} is not there");
            assert!(mount.ends_with(":ro"), "{name} can change {source}");
        }
    }
}

#[test]
fn prometheus_asks_every_role_of_compose_where_it_listens() {
    let [file] = &yaml("deploy/prometheus/prometheus.yml")[..] else { panic!("one document") };
    let mut asked: Vec<(String, u64)> = Vec::new();
    for job in list(file, "/scrape_configs") {
        let discovery = &job["dns_sd_configs"][0];
        let [service] = &words(discovery, "/names")[..] else { panic!("one name in {job}") };
        assert_eq!(word(job, "/job_name"), format!("prospector-{service}"));
        asked.push((service.clone(), discovery["port"].as_u64().unwrap()));
    }
    let mut wanted: Vec<(String, u64)> = roles(&answers())
        .into_iter()
        .filter_map(|role| Some((role.name.clone(), u64::from(role.port()?))))
        .collect();
    asked.sort();
    wanted.sort();
    assert_eq!(asked, wanted);
}

#[test]
fn grafana_finds_its_dashboards_and_prometheus() {
    let services = services();
    let (_, grafana) = services.iter().find(|(name, _)| name == "grafana").unwrap();
    let mounts = words(grafana, "/volumes");
    let [provider] = &yaml("deploy/grafana/provisioning/dashboards/prospector.yaml")[..] else {
        panic!("one")
    };
    for provider in list(provider, "/providers") {
        let folder = word(provider, "/options/path");
        assert!(mounts.contains(&format!("../grafana/dashboards:{folder}:ro")), "{folder} is not mounted");
    }
    let [sources] = &yaml("deploy/grafana/provisioning/datasources/prometheus.yaml")[..] else {
        panic!("one")
    };
    let url = word(&sources["datasources"][0], "/url");
    let (host, port) = url.strip_prefix("http://").unwrap().split_once(':').unwrap();
    let (_, source) =
        services.iter().find(|(name, _)| name == host).unwrap_or_else(|| panic!("no {host} in {FILE}"));
    assert!(words(source, "/ports").iter().all(|published| published.ends_with(&format!(":{port}"))));
}

#[test]
fn the_series_that_scales_workers_is_recorded() {
    let recorded = text("deploy/prometheus/rules/recording.yml");
    assert!(recorded.contains(&format!("record: {LATENESS}\n")), "{LATENESS} is not recorded");
    assert!(text("deploy/kubernetes/README.md").contains(LATENESS));
    let scaled = text(&format!("deploy/kubernetes/{}/scaled-object.yaml", OVERLAYS[1]));
    assert!(scaled.contains(LATENESS), "{scaled}");
}

#[test]
fn what_is_written_about_it_leads_to_files_that_are_there() {
    for file in WRITTEN {
        let (text, folder) = (text(file), Path::new(file).parent().unwrap());
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for link in links.filter(|link| !link.starts_with("http")) {
            let target = link.split('#').next().unwrap();
            assert!(path(&folder.join(target).to_string_lossy()).exists(), "{file} leads to {link}");
        }
    }
}
