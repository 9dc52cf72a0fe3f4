//! The life of machines when nothing goes wrong.

use std::sync::Arc;

use ai_harness::providers::{StaticProvider, StaticSettings};
use prospector_domain::{
    candidate::CandidateState,
    engine::EngineId,
    hold::HoldReason,
    job::{JobKind, JobState},
    node::{CostPhase, NodePhase},
};
use prospector_store::SettingChange;
use serde_json::json;

use super::rig::{BOOT_MS, Rig, SIZES};

#[tokio::test]
async fn work_brings_a_machine_that_goes_when_the_work_is_done() {
    let mut rig = Rig::build().await;
    let job = rig.park().await;
    rig.until_serving().await;
    let node = rig.nodes().await.pop().unwrap();
    assert!(node.ready_at_ms.unwrap().since(node.created_at_ms) >= BOOT_MS);
    assert!(node.reason.contains("wait"), "{}", node.reason);

    let claimed = rig.claim(job).await;
    let started = rig.now();
    for _ in 0..120 {
        rig.turn().await;
        assert!(rig.is_serving().await, "released while work runs");
    }
    rig.finish(&claimed, started).await;
    rig.until_gone().await;
    rig.assert_clean().await;

    let node = rig.nodes().await.pop().unwrap();
    assert_eq!(rig.cloud.droplets().len(), 1);
    let spend = rig.house.parts.store.spend_since(prospector_domain::time::UnixMs(0)).await.unwrap();
    let of = |phase: CostPhase| {
        spend.iter().filter(|part| part.phase == phase).map(|part| part.cost_microusd).sum::<i64>()
    };
    assert!(of(CostPhase::Busy) > of(CostPhase::Boot) && of(CostPhase::Boot) > 0, "{spend:?}");
    let call = rig
        .house
        .parts
        .store
        .calls_of_node(node.id, prospector_domain::time::UnixMs(0))
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(call.busy_microusd, Some(of(CostPhase::Busy)));
    assert_eq!(call.overhead_microusd, Some(of(CostPhase::Boot) + of(CostPhase::Warm)));
}

#[tokio::test]
async fn without_work_and_with_template_nothing_is_ordered() {
    let mut rig = Rig::build().await;
    for _ in 0..20 {
        rig.turn().await;
    }
    assert_eq!(rig.cloud.creates(), 0);
    rig.park().await;
    let chosen = [SettingChange::DraftEngine(EngineId::Template)];
    rig.house.parts.store.change_settings(rig.now(), "test", &chosen).await.unwrap();
    for _ in 0..20 {
        rig.turn().await;
    }
    assert_eq!(rig.cloud.creates(), 0);
}

#[tokio::test]
async fn a_machine_is_let_go_when_the_engine_changes() {
    let mut rig = Rig::build().await;
    rig.park().await;
    rig.until_serving().await;
    let chosen = [SettingChange::DraftEngine(EngineId::Template)];
    rig.house.parts.store.change_settings(rig.now(), "test", &chosen).await.unwrap();
    rig.until_gone().await;
    rig.assert_clean().await;
}

#[tokio::test]
async fn a_budget_that_is_spent_orders_nothing_and_a_single_job_dies_with_the_reason() {
    let mut rig = Rig::build_with("[engine.budget]\ndaily_usd_cents = 1\n").await;
    let job = rig.park().await;
    rig.until("the wait is over", async |rig| {
        let job = rig.house.parts.store.job(job).await.unwrap().unwrap();
        job.state == JobState::Dead
    })
    .await;
    assert_eq!(rig.cloud.creates(), 0);
    let job = rig.house.parts.store.job(job).await.unwrap().unwrap();
    let words = job.errors.last().unwrap().chain.join(" ");
    assert!(words.contains("did not serve within 600 s") && words.contains("budget"), "{words}");
}

#[tokio::test]
async fn a_judge_is_not_waited_for_while_nothing_serves() {
    let mut rig = Rig::build_with("[engine.budget]\ndaily_usd_cents = 1\n").await;
    let job = rig.park_kind(JobKind::Judge, json!({ "body": "See you soon." })).await;
    let parked_at = rig.now();
    rig.until("the judgement is let go", async |rig| {
        rig.house.parts.store.job(job).await.unwrap().unwrap().engine.is_none()
    })
    .await;
    let waited_ms = rig.now().since(parked_at);
    assert!((30_000..60_000).contains(&waited_ms), "{waited_ms} ms");
    let job = rig.house.parts.store.job(job).await.unwrap().unwrap();
    assert_eq!((job.state, rig.cloud.creates()), (JobState::Queued, 0), "it runs, and finds nobody to ask");
}

#[tokio::test]
async fn a_message_is_held_while_the_budget_is_spent_and_goes_on_once_there_is_one() {
    let mut rig = Rig::build_with("[engine.budget]\ndaily_usd_cents = 1\n").await;
    let candidate = rig.park_message().await;
    let mut held = 0;
    for _ in 0..700 {
        held += rig.turn().await.held;
    }
    assert_eq!((held, rig.cloud.creates()), (1, 0));
    let seen = rig.candidate(candidate).await;
    let hold = seen.hold.unwrap();
    assert_eq!(hold.reason, HoldReason::EngineUnavailable);
    assert!(hold.detail.contains("budget"), "{}", hold.detail);

    rig.change_settings(|settings| settings.budget.daily_usd_cents = 1_000);
    let mut released = 0;
    while released == 0 {
        released += rig.turn().await.released;
        assert!(rig.nodes().await.len() < 3, "{:#?}", rig.nodes().await);
    }
    assert_eq!((released, rig.cloud.creates()), (1, 1), "a machine was ordered for the held work");
    assert_eq!(rig.candidate(candidate).await.state, CandidateState::Classifying);
}

#[tokio::test]
async fn two_orders_of_one_plan_share_what_is_left_of_the_budget() {
    let mut rig = Rig::build_with(
        "[engine.budget]\ndaily_usd_cents = 45\n[engine.calls]\nconcurrency_start = 1\nconcurrency_max = 1\n",
    )
    .await;
    // What a job takes must be known before a second machine is worth it.
    let job = rig.park().await;
    rig.work_and_leave(job).await;
    // The policy reckons with the cheap size, two of which are within the budget; of the dear one only one is.
    for region in ["nyc2", "tor1", "atl1"] {
        rig.cloud.sell_out(region, SIZES[0]);
    }
    for _ in 0..2_000 {
        rig.park().await;
    }
    let report = rig.turn().await;
    assert!(report.plan.contains("for 2 machines"), "two orders are wanted: {}", report.plan);
    let alive = rig.cloud.alive();
    assert_eq!((report.ordered, alive.len()), (1, 1), "{}", report.plan);
    assert_eq!(alive[0].size, SIZES[1]);
}

#[tokio::test]
async fn a_server_that_is_simply_there_is_one_row_and_ends_without_help() {
    let mut rig = Rig::build().await;
    let settings = StaticSettings {
        url: format!("http://127.0.0.1:{}", rig.server.port()),
        ..StaticSettings::default()
    };
    let cloud = rig.change_provider(Arc::new(StaticProvider::new(&settings).unwrap()));
    let job = rig.park().await;
    rig.until_serving().await;
    let claimed = rig.claim(job).await;
    let started = rig.now();
    rig.clock().advance_ms(30_000);
    rig.finish(&claimed, started).await;
    for _ in 0..2_000 {
        rig.park().await;
    }
    for _ in 0..200 {
        rig.turn().await;
    }
    let nodes = rig.nodes().await;
    assert_eq!(nodes.len(), 1, "{nodes:#?}");
    assert!(rig.is_serving().await);

    rig.change_provider(cloud);
    rig.until("its row has ended", async |rig| rig.nodes().await[0].phase == NodePhase::Gone).await;
    rig.until_serving().await;
    assert_eq!(rig.cloud.alive().len(), 1, "the cloud serves now");
}

#[tokio::test]
async fn a_machine_that_stops_answering_is_replaced() {
    let mut rig = Rig::build().await;
    let job = rig.park().await;
    rig.until_serving().await;
    let claimed = rig.claim(job).await;
    rig.server.stop();
    rig.until("it is given up", async |rig| {
        matches!(rig.nodes().await[0].phase, NodePhase::Destroying | NodePhase::Gone)
    })
    .await;
    // Whoever worked on it finds it gone, and gives the job back.
    let wait = prospector_store::Outcome::Wait { engine: super::rig::engine(), delay_ms: 0 };
    let given_back = prospector_store::Advance::of(&claimed, wait);
    for saved in rig.house.parts.store.advance(rig.now(), &[given_back]).await {
        saved.unwrap();
    }
    rig.until("another is ordered", async |rig| rig.nodes().await.len() > 1).await;
}
