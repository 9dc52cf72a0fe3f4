//! The life of machines when nothing goes wrong.

use prospector_domain::engine::EngineId;
use prospector_domain::node::{CostPhase, NodePhase};
use prospector_store::SettingChange;

use super::rig::{BOOT_MS, Rig};

#[tokio::test]
async fn work_brings_a_machine_that_goes_when_the_work_is_done() {
    let mut rig = Rig::build().await;
    let job = rig.park().await;
    rig.until_serving().await;
    let node = rig.nodes().await.pop().unwrap();
    assert!(node.ready_at_ms.unwrap().since(node.created_at_ms) >= BOOT_MS);
    assert!(node.reason.contains("wait") || !node.reason.is_empty());

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
async fn a_budget_that_is_spent_orders_nothing_and_the_work_is_held_until_there_is_one() {
    let mut rig = Rig::build_with("[engine.budget]\ndaily_usd_cents = 1\n").await;
    let job = rig.park().await;
    rig.until("the wait is over", async |rig| {
        let job = rig.house.parts.store.job(job).await.unwrap().unwrap();
        job.state == prospector_domain::job::JobState::Dead
    })
    .await;
    assert_eq!(rig.cloud.creates(), 0);
    let job = rig.house.parts.store.job(job).await.unwrap().unwrap();
    let words = job.errors.last().unwrap().chain.join(" ");
    assert!(words.contains("did not serve within 600 s") && words.contains("budget"), "{words}");
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
