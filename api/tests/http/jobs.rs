//! Single jobs and queues.

use prospector_api::key::Scope;
use prospector_domain::{
    gate::{GateContext, validate_draft},
    job::{JobKind, JobState},
    single_job::SinglePayload,
    source::Clock as _,
};
use prospector_queue::ConsumeOptions;
use prospector_store::{Advance, ClaimOptions, Outcome};
use prospector_testkit::wait_until;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::app::{App, DEADLINE};

async fn ask(app: &App, body: Value) -> Value {
    app.enqueue("POST", "/v1/jobs").json(&body).send().await.expect(202)
}

#[tokio::test]
async fn a_job_is_asked_for_hinted_and_its_result_fetched() {
    let app = App::start().await;
    let (hinted, mut hints) = tokio::sync::mpsc::unbounded_channel();
    let (queue, stop) = (app.queue.clone(), CancellationToken::new());
    let stopped = stop.clone();
    let consuming = tokio::spawn(async move {
        let options = ConsumeOptions { concurrency: 1, worker_name_prefix: "test".to_owned() };
        let handler = move |job| {
            let hinted = hinted.clone();
            async move { hinted.send(job).unwrap() }
        };
        queue.consume(JobKind::Classify, options, handler, stopped).await.unwrap();
    });
    let body = json!({
        "kind": "classify",
        "payload": {"text": "Is a room free?", "zone": "Europe/Dublin"},
        "priority": 1,
        "max_attempts": 3,
        "callback": {"sink": "desk"},
    });
    let accepted = ask(&app, body).await;
    assert_eq!((&accepted["state"], &accepted["run_at_ms"]), (&json!("queued"), &json!(app.clock.now().0)));
    let hint = tokio::time::timeout(DEADLINE, hints.recv()).await.unwrap().unwrap();
    assert_eq!(hint.to_string(), accepted["id"]);
    let options = ClaimOptions { owner: "test".to_owned(), lease_ms: 30_000 };
    let job = app.store.claim(app.clock.now(), &[hint], &options).await.unwrap().remove(0);
    assert!(matches!(SinglePayload::from_row(job.kind, &job.payload), Ok(SinglePayload::Classify(_))));
    assert_eq!((job.priority, job.max_attempts, job.callback.as_deref()), (1, 3, Some("desk")));
    let done = Advance::of(&job, Outcome::Done(json!({"intent": "availability_asked"})));
    app.store.advance(app.clock.now(), &[done]).await.remove(0).unwrap();
    let shown = app.read(&format!("/v1/jobs/{hint}")).send().await.expect(200);
    assert_eq!(
        (&shown["state"], &shown["result"]["intent"]),
        (&json!("succeeded"), &json!("availability_asked"))
    );
    stop.cancel();
    consuming.await.unwrap();
}

#[tokio::test]
async fn whoever_asked_for_a_job_may_fetch_it() {
    let app = App::start().await;
    let id = ask(&app, json!({"kind": "probe"})).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/jobs/{id}");
    app.enqueue("GET", &path).send().await.expect(200);
    app.read(&path).send().await.expect(200);
    let (_, stranger) = app.add_key(80, "stranger", &[Scope::Enqueue]).await;
    app.anonymous("GET", &path).bearer(&stranger).send().await.problem(404, "not_found");
}

#[tokio::test]
async fn jobs_are_listed_by_kind_and_state() {
    let app = App::start().await;
    let probe = ask(&app, json!({"kind": "probe"})).await;
    ask(&app, json!({"kind": "draft", "payload": {"template_key": "2"}, "run_at": "2026-03-01T13:00:00Z"}))
        .await;
    let listed = |query: &'static str| {
        let request = app.read(query);
        async move { request.send().await.expect(200)["items"].as_array().unwrap().clone() }
    };
    assert_eq!(listed("/v1/jobs").await.len(), 2);
    let probes = listed("/v1/jobs?kind=probe&state=queued").await;
    assert_eq!((probes.len(), &probes[0]["id"]), (1, &probe["id"]));
    assert!(listed("/v1/jobs?state=dead").await.is_empty());
    let draft = &listed("/v1/jobs?kind=draft").await[0];
    assert_eq!(draft["run_at_ms"], app.clock.now().0 + 3_600_000);
    assert_eq!(draft["payload"], json!({"template_key": "②"}));
}

#[tokio::test]
async fn a_job_is_cancelled_and_run_again() {
    let app = App::start().await;
    let id = ask(&app, json!({"kind": "probe"})).await["id"].as_str().unwrap().to_owned();
    let act = |verb: &str| app.operate("POST", &format!("/v1/jobs/{id}/{verb}")).send();
    insta::assert_json_snapshot!(act("retry").await.problem(409, "wrong_state"));
    assert_eq!(act("cancel").await.expect(200)["state"], "cancelled");
    act("cancel").await.problem(409, "wrong_state");
    assert_eq!(act("retry").await.expect(200)["state"], "queued");
    wait_until("the job is hinted again", DEADLINE, async || {
        (app.queue.outstanding(JobKind::Probe).await.unwrap() > 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_text_is_gated_before_it_is_taken_for_delivery() {
    let app = App::start().await;
    let send = |body: &str, channel: &str| {
        let payload = json!({"contact": "+15550100", "channel": channel, "body": body});
        app.operate_and_enqueue().json(&json!({"kind": "dispatch", "payload": payload})).send()
    };
    send("See you soon. Quinn", "sms").await.problem(409, "nothing_published");
    app.seed().await;
    let accepted = send("See you soon. Quinn", "sms").await.expect(202);
    assert_eq!(accepted["kind"], "dispatch");
    let refused = send("A night is €10. Quinn", "sms").await.problem(422, "gate_violation");
    assert_eq!(refused["field"], "payload.body");
    let facts = app.store.facts().await.unwrap().facts;
    let verdict = validate_draft("A night is €10. Quinn", &facts, &GateContext::default());
    assert_eq!(refused["violations"], serde_json::to_value(verdict.violations).unwrap());
    let no_sink = send("See you soon. Quinn", "web").await.problem(422, "unknown_sink");
    assert_eq!(no_sink["field"], "payload.sink");
    app.store.record_consent(app.clock.now(), "+15550100", "sms", true, "test").await.unwrap();
    let refused = send("See you soon. Quinn", "sms").await.problem(422, "opted_out");
    assert_eq!(refused["field"], "payload.contact");
    let jobs = app.store.queue_depths().await.unwrap();
    assert_eq!(jobs.iter().map(|depth| depth.jobs).sum::<i64>(), 1);
}

#[tokio::test]
async fn queues_are_paused_and_resumed() {
    let app = App::start().await;
    ask(&app, json!({"kind": "probe"})).await;
    let paused = app.operate("POST", "/v1/queues/probe/pause").send().await.expect(200);
    assert_eq!((&paused["paused"], &paused["jobs"]), (&json!(true), &json!({"queued": 1})));
    assert_eq!(app.store.paused_kinds().await.unwrap(), [JobKind::Probe]);
    app.operate("POST", "/v1/queues/probe/pause").send().await.expect(200);
    let listed = app.read("/v1/queues").send().await.expect(200);
    let kinds: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|queue| queue["kind"].clone()).collect();
    assert_eq!(kinds, ["classify", "draft", "judge", "dispatch", "probe"]);
    assert_eq!(listed["items"][4]["oldest_due_ms"], app.clock.now().0);
    let resumed = app.operate("POST", "/v1/queues/probe/resume").send().await.expect(200);
    assert_eq!(resumed["paused"], false);
    let depths = app.store.queue_depths().await.unwrap();
    assert_eq!((depths[0].state, depths[0].jobs), (JobState::Queued, 1));
}
