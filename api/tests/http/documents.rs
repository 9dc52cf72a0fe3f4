//! Facts, canon and playbook.

use prospector_domain::example;
use serde_json::json;

use crate::app::App;

#[tokio::test]
async fn facts_are_published_in_versions() {
    let app = App::start().await;
    insta::assert_json_snapshot!(app.read("/v1/facts").send().await.problem(409, "nothing_published"));
    let publish = |kind: &'static str, text: String| app.admin("PUT", "/v1/facts").typed(kind, text).send();
    let toml = example::FACTS_TOML.to_owned();
    assert_eq!(publish("application/toml", toml.clone()).await.expect(200), json!({"version": 1}));
    assert_eq!(
        publish("application/toml", format!("# again\n{toml}")).await.expect(200),
        json!({"version": 1})
    );
    let shown = app.read("/v1/facts").send().await.expect(200);
    assert_eq!((&shown["version"], &shown["facts"]["currency"]), (&json!(1), &json!("EUR")));
    let mut facts = shown["facts"].clone();
    assert_eq!(publish("application/json", facts.to_string()).await.expect(200), json!({"version": 1}));
    facts["max_chars"] = json!(300);
    assert_eq!(publish("application/json", facts.to_string()).await.expect(200), json!({"version": 2}));
    let page = app.read("/v1/facts/versions?limit=1").send().await.expect(200);
    assert_eq!((&page["items"][0]["version"], &page["items"][0]["created_by"]), (&json!(2), &json!("quinn")));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = app.read(&format!("/v1/facts/versions?cursor={cursor}")).send().await.expect(200);
    assert_eq!(rest["items"][0]["version"], 1);
    let first = app.read("/v1/facts/versions/1").send().await.expect(200);
    assert_eq!(first["body"], toml);
    app.read("/v1/facts/versions/9").send().await.problem(404, "not_found");
}

#[tokio::test]
async fn facts_that_are_wrong_are_refused_by_field() {
    let app = App::start().await;
    app.seed().await;
    let publish = |kind: &'static str, text: String| app.admin("PUT", "/v1/facts").typed(kind, text).send();
    let mut facts = app.read("/v1/facts").send().await.expect(200)["facts"].clone();
    facts["max_emoji"] = json!(99);
    let refused = publish("application/json", facts.to_string()).await.problem(422, "document_refused");
    assert_eq!(refused["field"], "max_emoji");
    publish("application/json", "{".to_owned()).await.problem(422, "document_refused");
    publish("application/toml", "currency = ".to_owned()).await.problem(422, "document_refused");
    publish("text/plain", "currency".to_owned()).await.problem(415, "unsupported_media_type");
    // The canon's templates speak of what these facts no longer know.
    let bare = json!({"currency": "EUR"}).to_string();
    let contradicted = publish("application/json", bare).await;
    assert_eq!(contradicted.status, 422, "{}", contradicted.text);
    assert_eq!(app.read("/v1/facts").send().await.expect(200)["version"], 1);
}

#[tokio::test]
async fn a_playbook_is_published_whole_or_not_at_all() {
    let app = App::start().await;
    app.read("/v1/playbook").send().await.problem(409, "nothing_published");
    app.seed().await;
    let shown = app.read("/v1/playbook").send().await.expect(200);
    assert_eq!((&shown["version"], &shown["body"]), (&json!(1), &json!(example::PLAYBOOK_TOML)));
    let publish = |text: String| app.admin("PUT", "/v1/playbook").typed("application/toml", text).send();
    assert_eq!(publish(example::PLAYBOOK_TOML.to_owned()).await.expect(200), json!({"version": 1}));
    let unknown_key = publish("[[rule]]\nname = \"a\"\nreply = \"⑱\"\n".to_owned()).await;
    let problem = unknown_key.problem(422, "document_refused");
    assert_eq!(problem["field"], "playbook");
    assert!(problem["detail"].as_str().unwrap().contains("line"), "{problem}");
    app.admin("PUT", "/v1/playbook").json(&json!({})).send().await.problem(415, "unsupported_media_type");
    assert_eq!(app.read("/v1/playbook/versions").send().await.expect(200)["items"][0]["version"], 1);
    app.read("/v1/playbook/versions/1").send().await.expect(200);
    app.read("/v1/playbook/versions/2").send().await.problem(404, "not_found");
}

#[tokio::test]
async fn templates_are_published_one_by_one_under_the_gate() {
    let app = App::start().await;
    app.seed().await;
    let listed = app.read("/v1/templates").send().await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 17);
    let first = app.read("/v1/templates/%E2%91%A0").send().await.expect(200);
    assert_eq!((&first["name"], &first["version"]), (&json!("①"), &json!(1)));
    assert_eq!(app.read("/v1/templates/1").send().await.expect(200), first);
    let publish = |body: &str| app.admin("PUT", "/v1/templates/1").json(&json!({"body": body})).send();
    publish("Hello, and welcome. How can I help?").await.expect(200);
    let newest = app.read("/v1/templates/1").send().await.expect(200);
    assert_eq!((&newest["version"], &newest["created_by"]), (&json!(2), &json!("quinn")));
    for bad in ["A night is €10.", "Hello {{ nobody_knows }}", "Hello [NAME]", "", "{% if %}"] {
        let refused = publish(bad).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.text);
    }
    let versions = app.read("/v1/templates/1/versions").send().await.expect(200);
    let numbers: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|v| v["version"].clone()).collect();
    assert_eq!(numbers, [2, 1]);
}

#[tokio::test]
async fn the_canon_is_published_whole() {
    let app = App::start().await;
    app.seed().await;
    let publish =
        |text: &str| app.admin("PUT", "/v1/canon").typed("application/toml", text.to_owned()).send();
    let same = publish(example::CANON_TOML).await.expect(200);
    assert_eq!(publish(example::CANON_TOML).await.expect(200), same);
    let kinds = app.read("/v1/canon").send().await.expect(200);
    assert!(kinds["entries"].as_array().unwrap().len() > 17, "templates and rules of voice");
    publish("[[template]]\nkey = \"①\"\nbody = \"Hello\"\n").await.problem(422, "document_refused");
    publish("nonsense").await.problem(422, "document_refused");
}
