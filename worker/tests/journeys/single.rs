//! Jobs asked for one by one.

use prospector_domain::{
    id::JobId,
    job::{ErrorClass, Job, JobKind, JobState},
    mode::Mode,
};
use prospector_store::NewJob;
use prospector_testkit::SinkAnswer;
use serde_json::{Value, json};

use crate::house::{House, Plan};

/// Asks for a job and waits until it has ended.
async fn run(house: &House, kind: JobKind, payload: Value) -> Job {
    let id = ask(house, kind, payload, None).await;
    ended(house, id).await
}

async fn ask(house: &House, kind: JobKind, payload: Value, callback: Option<&str>) -> JobId {
    let id = house.new_ids(1)[0];
    let job =
        NewJob { payload, callback: callback.map(str::to_owned), ..NewJob::single(id, kind, 3, house.now()) };
    house.store.insert_jobs(&[job]).await.unwrap();
    id
}

async fn ended(house: &House, id: JobId) -> Job {
    house
        .until_that("the job has ended", async || {
            house.clock.advance_ms(1_000);
            Some(house.job(id).await).filter(|job| job.state.is_terminal())
        })
        .await
}

fn last_words(job: &Job) -> &str {
    job.errors.last().map_or("", |error| &error.chain[0])
}

#[tokio::test]
async fn a_text_is_read_and_decided_about() {
    let house = House::open().await;
    let job = run(&house, JobKind::Classify, json!({"text": "How much is a double room?"})).await;
    let result = job.result.unwrap();
    assert_eq!(result["classification"]["intent"], "price_asked");
    assert_eq!(result["decision"]["action"]["reply"], "②");
    assert_eq!(result["playbook_version"], 1);
    house.close().await;
}

#[tokio::test]
async fn a_reply_is_written_and_gated() {
    let house = House::open().await;
    let job = run(&house, JobKind::Draft, json!({"template_key": "②"})).await;
    let result = job.result.unwrap();
    assert!(result["body"].as_str().unwrap().contains("€90"), "{result}");
    assert_eq!((&result["verdict"]["ok"], &result["engine"]), (&json!(true), &json!("template")));
    house.close().await;
}

#[tokio::test]
async fn a_text_is_delivered_after_the_gate_under_the_jobs_id() {
    let house = House::open().await;
    let text = |body: &str| json!({"contact": "+15550101", "channel": "sms", "body": body});
    let job = run(&house, JobKind::Dispatch, text("A double room is €90.")).await;
    assert_eq!(job.result, Some(json!({"sink": "bridge", "status": 204})));
    assert_eq!(house.sink.effects()[0].id, job.id.to_string());
    assert_eq!(house.sink.effects()[0].body["contact"], "+15550101");

    let job = run(&house, JobKind::Dispatch, text("A double room is €70.")).await;
    assert_eq!(job.state, JobState::Dead);
    assert!(last_words(&job).starts_with("spec_conflict"), "{}", last_words(&job));

    house.store.record_consent(house.now(), "+15550101", "sms", true, "Quinn").await.unwrap();
    let job = run(&house, JobKind::Dispatch, text("A double room is €90.")).await;
    assert!(last_words(&job).starts_with("opted_out"), "{}", last_words(&job));
    assert_eq!(house.sink.received().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn a_paused_text_waits_without_using_up_its_attempts() {
    let house = House::build(Plan { mode: Mode::Pause, ..Plan::default() }).await;
    let text = json!({"contact": "+15550101", "channel": "sms", "body": "See you soon."});
    let id = ask(&house, JobKind::Dispatch, text, None).await;
    for _ in 0..5 {
        house.come_to_rest().await;
        let job = house.job(id).await;
        assert_eq!((job.state, job.attempt), (JobState::Queued, 0));
        assert!(job.run_at_ms >= house.at(60_000));
        house.clock.set(job.run_at_ms);
    }
    house.set_mode(Mode::Go).await;
    assert_eq!(ended(&house, id).await.state, JobState::Succeeded);
    house.close().await;
}

#[tokio::test]
async fn a_text_that_may_have_arrived_is_not_sent_again() {
    let sink = "allow_private_address = true\ntimeout_ms = 100";
    let house = House::build(Plan { sink, ..Plan::default() }).await;
    house.sink.answer_next([SinkAnswer::TakeInSilence]);
    let text = json!({"contact": "+15550101", "channel": "sms", "body": "See you soon."});
    let job = run(&house, JobKind::Dispatch, text).await;
    assert_eq!((job.state, job.attempt), (JobState::Dead, 1));
    assert!(last_words(&job).starts_with("dispatch_unknown"), "{}", last_words(&job));
    assert_eq!(house.sink.received().len(), 1);
    house.close().await;
}

#[tokio::test]
async fn whoever_asked_is_told_how_it_ended() {
    let house = House::open().await;
    house.sink.answer_next([SinkAnswer::Refuse(503, Vec::new()), SinkAnswer::TakeButAnswer(500)]);
    let done = ask(&house, JobKind::Draft, json!({"template_key": "②"}), Some("bridge")).await;
    let done = ended(&house, done).await;
    house
        .until_that("the report arrived twice", async || {
            house.clock.advance_ms(1_000);
            (house.sink.received().len() == 3).then_some(())
        })
        .await;
    let effects = house.sink.effects();
    let [report] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(report.body["type"], "job.finished");
    assert_eq!(report.body["job_id"], done.id.to_string());
    assert_eq!(report.body["state"], "succeeded");
    assert_eq!(report.body["result"], done.result.unwrap());

    let dead = ask(&house, JobKind::Classify, json!({"text": 7}), Some("bridge")).await;
    ended(&house, dead).await;
    house.until_that("it is told", async || (house.sink.effects().len() == 2).then_some(())).await;
    let report = house.sink.effects().pop().unwrap();
    assert_eq!((&report.body["state"], &report.body["result"]), (&json!("dead"), &Value::Null));
    assert_eq!(report.body["error"]["class"], "permanent");
    house.close().await;
}

#[tokio::test]
async fn a_payload_nobody_should_have_let_in_is_dead_at_once() {
    let house = House::open().await;
    let job = run(&house, JobKind::Draft, json!({"template_key": "⑱"})).await;
    assert_eq!((job.state, job.attempt), (JobState::Dead, 1));
    assert_eq!(job.errors[0].class, ErrorClass::Permanent);
    house.close().await;
}
