//! What is watched is there: every expression of the dashboards and of the rules is asked of a real Prometheus that scraped
//! a real run, every metric is shown, every alert has its page and is tested both ways.
//!
//! Grafana itself is not started; the answers are printed as a table, which `./test -E 'test(prometheus)' --no-capture` shows.

mod busy_house;
mod dashboards;
mod expressions;
mod rules;
mod runbooks;
mod selectors;

use std::collections::{BTreeMap, BTreeSet};

use prospector_testkit::{PrometheusServer, Sample};

use self::{
    busy_house::BusyHouse,
    expressions::{Expression, Rule, dashboards, recorded, rules},
    selectors::{Selector, selectors},
};

/// What Prometheus itself adds.
const BUILT_IN: [&str; 2] = ["up", "ALERTS"];

/// Families that are shown nowhere, and why.
const NOT_SHOWN: &[(&str, &str)] = &[];

/// Families that nothing in this test need move, and why. What is here is still scraped, at zero.
const NOT_MOVED: &[(&str, &str)] = &[
    ("prospector_panics_total", "a program that can be made to panic is not the one shipped"),
    (
        "prospector_lifecycle_regret_ratio",
        "a leader looks back once an hour, and may do so first when nothing has been done",
    ),
];

/// What was asked, and what came of it.
struct Answer {
    place: String,
    text: String,
    result: Result<Vec<Sample>, String>,
    label: Option<String>,
}

impl Answer {
    fn of(prometheus: &PrometheusServer, asked: Expression) -> Self {
        let result = prometheus.query(&asked.text);
        Self { place: asked.place, text: asked.text, result, label: asked.label }
    }

    /// What is wrong with it, if anything is.
    fn fault(&self) -> Option<String> {
        let wrong = match (&self.result, &self.label) {
            (Err(error), _) => error.clone(),
            (Ok(samples), _) if samples.is_empty() => "selects nothing".to_owned(),
            (Ok(samples), Some(label)) if !samples.iter().all(|sample| sample.labels.contains_key(label)) => {
                format!("has series without {label}")
            }
            // Every quantile and share of something that happened in this run is a number.
            (Ok(samples), _) if samples.iter().all(|sample| sample.value.is_nan()) => {
                "is no number anywhere".to_owned()
            }
            _ => return None,
        };
        Some(format!("{}: {wrong}: {}", self.place, self.text))
    }

    /// One line of the table: series, the greatest value, the place and the expression.
    fn line(&self) -> String {
        let samples = self.result.as_deref().unwrap_or_default();
        let greatest = samples.iter().map(|sample| sample.value).filter(|value| !value.is_nan());
        let greatest = greatest.fold(f64::NEG_INFINITY, f64::max);
        format!("{:>6}  {greatest:>10.4}  {:<72}  {}", samples.len(), self.place, self.text)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_expression_selects_something_of_a_real_run_postgres_redis() {
    let mut busy = BusyHouse::build().await;
    busy.live().await;
    let prometheus = &busy.prometheus;
    let rules = rules(prometheus);

    let asked = dashboards().iter().flat_map(expressions::Dashboard::expressions).collect::<Vec<_>>();
    let asked = asked.into_iter().chain(rules.iter().flat_map(expressions_of_rule));
    let answers: Vec<Answer> = asked.map(|expression| Answer::of(prometheus, expression)).collect();
    eprintln!("series    greatest  {:<72}  expression", "place");
    answers.iter().for_each(|answer| eprintln!("{}", answer.line()));

    let mut faults: Vec<String> = answers.iter().filter_map(Answer::fault).collect();
    faults.extend(unhealthy(&rules));
    faults.extend(unknown_and_unshown(prometheus, &rules));
    faults.extend(unmoved(prometheus));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// A recording as it is; of an alert, which selects nothing while all is well, everything that it looks at. Without its
/// offset, because this run has no last week.
fn expressions_of_rule(rule: &Rule) -> Vec<Expression> {
    let expression = |text: String| Expression { place: rule.name().to_owned(), text, label: None };
    if rule.is_alert() {
        selectors(rule.expression()).iter().map(|selector| expression(selector.expression())).collect()
    } else {
        vec![expression(rule.expression().to_owned())]
    }
}

fn unhealthy(rules: &[Rule]) -> Vec<String> {
    let sick = rules.iter().filter(|rule| rule.0["health"] != "ok");
    sick.map(|rule| format!("{} cannot be evaluated: {}", rule.name(), rule.0["lastError"])).collect()
}

/// Metrics that somebody asks for and nobody declares, and those that somebody declares and nobody asks for.
fn unknown_and_unshown(prometheus: &PrometheusServer, rules: &[Rule]) -> Vec<String> {
    let families = ours(prometheus);
    let recorded = recorded(rules);
    let on_dashboards: Vec<Expression> =
        dashboards().iter().flat_map(expressions::Dashboard::expressions).collect();
    let texts = on_dashboards
        .iter()
        .map(|expression| (expression.place.as_str(), expression.text.as_str()))
        .chain(rules.iter().map(|rule| (rule.name(), rule.expression())));
    let (mut faults, mut shown) = (Vec::new(), BTreeSet::new());
    for (place, text) in texts {
        for Selector { name, .. } in selectors(text) {
            match family_of(&name, &families) {
                Some(family) => drop(shown.insert(family.to_owned())),
                None if BUILT_IN.contains(&name.as_str()) || recorded.contains(name.as_str()) => {}
                None => faults.push(format!("{place}: nobody declares {name}")),
            }
        }
    }
    let excused = |name: &str| NOT_SHOWN.iter().any(|(excused, _)| *excused == name);
    faults.extend(
        families
            .keys()
            .filter(|name| !shown.contains(*name) && !excused(name))
            .map(|name| format!("nobody shows {name}")),
    );
    faults.extend(
        NOT_SHOWN
            .iter()
            .filter(|(name, _)| shown.contains(*name))
            .map(|(name, _)| format!("{name} is shown after all")),
    );
    faults
}

/// Families that are still as they were created, although this run should have moved them, and the other way round.
fn unmoved(prometheus: &PrometheusServer) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, kind) in ours(prometheus) {
        let series = if kind == "histogram" { format!("{name}_count") } else { name.clone() };
        let greatest = prometheus.query(&format!("max(max_over_time({series}[10m]))")).unwrap_or_default();
        let moved = greatest.first().is_some_and(|sample| sample.value > 0.0);
        let excused = NOT_MOVED.iter().any(|(excused, _)| *excused == name);
        if !moved && !excused {
            faults.push(format!("{name} never moved"));
        }
    }
    faults
}

/// What our own programs declare, with its type.
fn ours(prometheus: &PrometheusServer) -> BTreeMap<String, String> {
    let mut families = prometheus.families().unwrap();
    families.retain(|name, _| name.starts_with("prospector_") || name.starts_with("gen_ai_"));
    families
}

/// The family to which a series of this name belongs.
fn family_of<'a>(name: &'a str, families: &BTreeMap<String, String>) -> Option<&'a str> {
    if families.contains_key(name) {
        return Some(name);
    }
    let parts = ["_bucket", "_sum", "_count"].iter().filter_map(|ending| name.strip_suffix(ending));
    parts.into_iter().find(|family| families.get(*family).is_some_and(|kind| kind == "histogram"))
}
