//! One message is one trace, whichever processes have a part in it, and a trace holds nothing of what was written.

use prospector_domain::candidate::CandidateState;
use prospector_testkit::{ANSWERING_MODEL, AnsweringServer, OtlpReceiver, ReceivedSpan, wait_until};
use serde_json::{Value, json};

use crate::{
    house::{House, LONG, PATIENT},
    load::Inbound,
};

const ENGINE: &str = "do-gpu-small_1";
const REPLY: &str = "Thank you for your message! Quinn will read it and answer you here.";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const UPSTREAM: &str = "b7ad6b7169203331";

/// Writes a note and the reply, whichever is asked for, and finds nothing wrong with it.
fn say(request: &Value) -> String {
    let asked = request["response_format"]["json_schema"]["schema"]["properties"].as_object();
    let answer = |name: &str| match name {
        "problems" => json!([]),
        "message" => json!(REPLY),
        _ => json!("A note."),
    };
    Value::Object(asked.into_iter().flatten().map(|(name, _)| (name.clone(), answer(name))).collect())
        .to_string()
}

/// The last span of that name: a job that had to wait for a machine has one for each look at it.
fn named<'a>(trace: &'a [ReceivedSpan], name: &str) -> &'a ReceivedSpan {
    let names = || trace.iter().map(|span| span.name.as_str()).collect::<Vec<_>>();
    trace
        .iter()
        .rfind(|span| span.name == name)
        .unwrap_or_else(|| panic!("no span {name} among {:?}", names()))
}

fn ancestors<'a>(trace: &'a [ReceivedSpan], span: &ReceivedSpan) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut parent = &span.parent_id;
    while let Some(found) = trace.iter().find(|span| span.span_id == *parent) {
        names.push(found.name.as_str());
        parent = &found.parent_id;
    }
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_one_trace_from_its_request_to_its_webhook() {
    let server = AnsweringServer::saying(say).await;
    let settings = format!(
        "[engine]\nprovider = \"static\"\n[engine.static]\nurl = \"http://127.0.0.1:{}\"\n\
         [engine.policy]\nlatency_objective_ms = 1000\nboot_prior_ms = 1000\n",
        server.port()
    );
    let mut house = House::of_servers_with(&settings, &[]).await;
    house.ask(&["builds", "register", ENGINE, "--model", ANSWERING_MODEL, "--digest", "sha256:00"]);
    house.ask(&["settings", "draft-engine", ENGINE]);

    let receiver = OtlpReceiver::start().await;
    let (grpc, http) = (receiver.grpc_url(), receiver.http_url());
    let over_grpc = [("PROSPECTOR_TELEMETRY__OTLP__ENDPOINT", grpc.as_str())];
    let over_http = [
        ("PROSPECTOR_TELEMETRY__OTLP__ENDPOINT", http.as_str()),
        ("PROSPECTOR_TELEMETRY__OTLP__PROTOCOL", "http"),
    ];
    let with_traces = [&over_http[..], PATIENT].concat();
    let programs = (
        house.start_with("scheduler", &over_grpc).await,
        house.start_with("worker", &with_traces).await,
        house.start_with("api", &over_grpc).await,
    );

    let message = Inbound {
        id: "m-1".to_owned(),
        thread: "t-1".to_owned(),
        contact: "guest-of-the-trace@example.com".to_owned(),
        text: "Hi! How much is a double room per night?".to_owned(),
    };
    house.client = house.client.as_part_of(&format!("00-{TRACE}-{UPSTREAM}-01"));
    house.hand_in(vec![message.clone()]).await;
    house.called(1).await;
    // What a process still has to send it sends before it ends.
    for mut program in [programs.0, programs.1, programs.2] {
        program.sigterm();
        assert!(program.wait_exit(LONG).await.success());
    }
    let trace = wait_until("every stage is in the trace", LONG, async || {
        let trace = receiver.trace(TRACE);
        trace.iter().any(|span| span.name == "webhook bridge").then_some(trace)
    })
    .await;

    let request = named(&trace, "POST /v1/inbound");
    assert_eq!((request.parent_id.as_str(), request.service.as_str()), (UPSTREAM, "prospector-api"));
    for kind in ["classify", "draft", "judge", "dispatch"] {
        let job = named(&trace, &format!("job {kind}"));
        assert_eq!(
            (job.parent_id.as_str(), job.service.as_str()),
            (request.span_id.as_str(), "prospector-worker")
        );
        assert!(job.started_ns > request.ended_ns, "a wait is a gap, and nothing is open in it");
    }
    let webhook = named(&trace, "webhook bridge");
    assert_eq!(ancestors(&trace, webhook)[0], "job dispatch");
    let calls: Vec<_> = trace.iter().filter(|span| span.name == format!("chat {ANSWERING_MODEL}")).collect();
    let by: Vec<_> = calls.iter().filter_map(|call| ancestors(&trace, call).last().copied()).collect();
    assert_eq!(by, ["POST /v1/inbound"; 3], "two steps of the workflow and a judgement");
    assert!(calls.iter().any(|call| ancestors(&trace, call).contains(&"job draft")));
    assert!(calls.iter().any(|call| ancestors(&trace, call).contains(&"job judge")));
    assert_eq!(calls[0].attributes["gen_ai.request.model"], ANSWERING_MODEL);
    assert!(trace.iter().any(|span| span.name == "db.inbound.ingest"), "what the database did is part of it");

    let delivered = house.sink.received();
    assert_eq!(delivered[0].traceparent, Some(format!("00-{TRACE}-{}-01", webhook.span_id)));
    let said = format!("{:?}", receiver.spans());
    for content in [message.text.as_str(), &message.contact, REPLY, house.client.key()] {
        assert!(!said.contains(content), "{content:?} is in a span");
    }
    // Beside the message's there are traces of the probes of its machine, and none of hints, calls, health and scrapes.
    let roots = receiver.spans().into_iter().filter(|span| span.parent_id.is_empty());
    let others: Vec<String> =
        roots.map(|span| span.name).filter(|name| *name != format!("chat {ANSWERING_MODEL}")).collect();
    assert_eq!(others, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_away_costs_nothing_but_its_traces() {
    let house = House::embedded_with("").await;
    let nobody = [("PROSPECTOR_TELEMETRY__OTLP__ENDPOINT", "http://127.0.0.1:9")];
    let mut up = house.start_with("up", &nobody).await;
    house.hand_in(crate::load::questions("guests", 3)).await;
    assert_eq!(house.account().await.of(CandidateState::Sent), 3);
    up.sigterm();
    assert!(up.wait_exit(LONG).await.success());
}
