//! Health, metrics and the description of the interface.

use std::collections::BTreeSet;

use prospector_api::document;
use prospector_runtime::build_info;
use serde_json::Value;

use crate::app::App;

#[tokio::test]
async fn health_says_what_it_found() {
    let app = App::start().await;
    let live = app.anonymous("GET", "/health/live").send().await.expect(200);
    assert_eq!(
        (&live["version"], &live["commit"]),
        (&build_info::VERSION.into(), &build_info::COMMIT.into())
    );
    insta::assert_json_snapshot!(live, { ".version" => "(its own)", ".commit" => "(its own)" });
    insta::assert_json_snapshot!(app.anonymous("GET", "/health/ready").send().await.expect(200));
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_address() {
    let app = App::start().await;
    app.read("/v1/jobs/01920000-0000-7000-8000-00000000002a").send().await.problem(404, "not_found");
    app.anonymous("GET", "/v1/secret-address").send().await.problem(404, "no_route");
    let answer = app.anonymous("GET", "/metrics").send().await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/plain"));
    let value = |line: &str| {
        let line = answer.text.lines().find_map(|found| found.strip_prefix(line));
        line.unwrap_or_else(|| panic!("no such line")).trim().parse::<f64>().unwrap()
    };
    let counted = |route: &str, status: &str| {
        value(&format!("prospector_http_requests_total{{route=\"{route}\",status=\"{status}\"}}"))
    };
    assert!(counted("GET /v1/jobs/{id}", "4xx") >= 1.0);
    assert!(counted("unmatched", "4xx") >= 1.0);
    assert!(counted("POST /v1/inbound", "5xx") >= 0.0, "created at zero");
    assert!(value("prospector_http_event_streams") >= 0.0);
    assert!(
        !answer.text.contains("secret-address") && !answer.text.contains("01920000"),
        "no address is a label"
    );
}

#[tokio::test]
async fn problems_explain_themselves() {
    let app = App::start().await;
    let schema = serde_json::to_value(document()).unwrap();
    let codes = schema["components"]["schemas"]["ProblemCode"]["enum"].as_array().unwrap().clone();
    assert!(codes.len() > 40);
    for code in codes {
        let code = code.as_str().unwrap();
        let explained = app.anonymous("GET", &format!("/v1/problems/{code}")).send().await.expect(200);
        assert_eq!(explained["code"], code);
    }
    app.anonymous("GET", "/v1/problems/nonsense").send().await.problem(400, "invalid_id");
}

#[tokio::test]
async fn the_description_is_served_and_can_be_locked() {
    let app = App::start().await;
    let served = app.anonymous("GET", "/v1/openapi.json").send().await.expect(200);
    assert_eq!(served["openapi"], "3.1.0");
    assert_eq!(served, serde_json::to_value(document()).unwrap());
    let locked = App::start_with("[api]\npublic_docs = false").await;
    locked.anonymous("GET", "/v1/openapi.json").send().await.problem(401, "key_missing");
    locked.enqueue("GET", "/v1/openapi.json").send().await.expect(200);
}

#[test]
fn the_description_lists_every_operation() {
    let document = serde_json::to_value(document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scopes = operation["security"].as_array().into_iter().flatten();
            let scopes: Vec<_> = scopes.map(|scope| scope["key"][0].as_str().unwrap()).collect();
            let scope = if scopes.is_empty() { "no key".to_owned() } else { scopes.join(" or ") };
            let about =
                operation["summary"].as_str().unwrap_or_else(|| panic!("{method} {path} has no summary"));
            operations.push(format!("{:6} {path} [{scope}] {about}", method.to_uppercase()));
        }
    }
    insta::assert_snapshot!(operations.join("\n"));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(document()).unwrap();
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.len() > 40);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads outside"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                references.insert(reference.to_owned());
            }
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[test]
fn operations_have_ids_of_their_own_and_say_what_they_answer() {
    let document = serde_json::to_value(document()).unwrap();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path}");
            let guarded = operation.get("security").is_some();
            assert_eq!(answers.contains_key("401"), guarded, "{method} {path}");
            assert_eq!(answers.contains_key("503"), guarded || path == "/health/ready", "{method} {path}");
        }
    }
}

#[test]
fn objects_are_described_field_by_field() {
    let document = serde_json::to_value(document()).unwrap();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let described = property.get("description").is_some() || property.get("oneOf").is_some();
            assert!(described, "{name}.{field} has no description: {property}");
        }
    }
}
