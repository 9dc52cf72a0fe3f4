//! What a cloud does wrong, one thing at a time. Whatever it is, afterwards nothing is left behind and the ledger is its
//! bill.

use prospector_domain::{node::NodePhase, time::UnixMs};
use prospector_testkit::{Boot, CloudRefusal, CreateFault, DeleteFault};

use super::rig::Rig;

#[tokio::test]
async fn a_machine_whose_answer_was_lost_is_found_and_not_ordered_twice() {
    let mut rig = Rig::build().await;
    rig.cloud.fail_creates([CreateFault::AnswerLost]);
    let job = rig.park().await;
    rig.work_and_leave(job).await;
    assert_eq!(rig.cloud.creates(), 1);
}

#[tokio::test]
async fn where_there_is_no_room_the_next_region_is_tried() {
    let mut rig = Rig::build().await;
    rig.cloud.sell_out("nyc2", "gpu-l40sx1-48gb");
    let job = rig.park().await;
    rig.work_and_leave(job).await;
    let served: Vec<_> = rig.nodes().await.into_iter().filter(|node| node.ready_at_ms.is_some()).collect();
    assert_ne!(served[0].region, "nyc2");
    let breakers = rig.house.parts.store.breakers().await.unwrap();
    assert!(
        breakers.iter().any(|breaker| breaker.name.contains("nyc2") && breaker.failures == 1),
        "{breakers:?}"
    );
}

#[tokio::test]
async fn a_call_on_a_machine_that_never_was_bears_nothing_and_is_settled_once() {
    let mut rig = Rig::build().await;
    rig.cloud.sell_out("nyc2", "gpu-l40sx1-48gb");
    let job = rig.park().await;
    rig.work_and_leave(job).await;
    let never = rig.nodes().await.into_iter().find(|node| node.billed_from_ms.is_none()).unwrap();
    let job = rig.park().await;
    let claimed = rig.claim(job).await;
    rig.finish_on(&claimed, never.created_at_ms, never.id).await;
    rig.until_gone().await;
    let calls = rig.house.parts.store.calls_of_node(never.id, UnixMs(0)).await.unwrap();
    assert_eq!((calls[0].busy_microusd, calls[0].overhead_microusd), (Some(0), Some(0)));
    rig.assert_clean().await;
}

#[tokio::test]
async fn a_cloud_that_is_full_is_asked_less_and_less_often_until_it_has_room() {
    let mut rig = Rig::build().await;
    let regions = ["nyc2", "tor1", "atl1"];
    for region in regions {
        rig.cloud.sell_out(region, "gpu-l40sx1-48gb");
    }
    rig.park().await;
    for _ in 0..400 {
        rig.turn().await;
    }
    let asked = rig.cloud.creates();
    assert!((3..=24).contains(&asked), "{asked} creates in 400 s");
    for region in regions {
        rig.cloud.restock(region, "gpu-l40sx1-48gb");
    }
    rig.until_serving().await;
}

#[tokio::test]
async fn throttling_and_faults_of_the_cloud_cost_patience_only() {
    let mut rig = Rig::build().await;
    rig.cloud.fail_creates([
        CreateFault::Refused(CloudRefusal::Burst(7)),
        CreateFault::Refused(CloudRefusal::Status(500)),
    ]);
    rig.cloud.fail_reads([CloudRefusal::Status(503), CloudRefusal::Burst(1), CloudRefusal::Status(500)]);
    let job = rig.park().await;
    rig.work_and_leave(job).await;
}

#[tokio::test]
async fn a_boot_that_never_ends_is_given_up_and_another_machine_takes_its_place() {
    let mut rig = Rig::build().await;
    rig.cloud.boot_next([Boot::Never]);
    let job = rig.park().await;
    rig.work_and_leave(job).await;
    let nodes = rig.nodes().await;
    assert!(nodes.len() >= 2, "{nodes:#?}");
    // Called off when the other one served, or given up before: it never did.
    assert!(nodes[0].ready_at_ms.is_none());
}

#[tokio::test]
async fn a_machine_that_lists_hide_at_first_is_not_taken_for_gone() {
    let mut rig = Rig::build().await;
    rig.cloud.lag_lists(5);
    rig.cloud.lag_tags(5);
    let job = rig.park().await;
    rig.work_and_leave(job).await;
    assert_eq!(rig.cloud.creates(), 1);
}

#[tokio::test]
async fn a_destroy_that_does_nothing_is_repeated_until_the_machine_is_gone() {
    let mut rig = Rig::build().await;
    rig.cloud.fail_deletes([
        DeleteFault::NoEffect,
        DeleteFault::Refused(CloudRefusal::Status(500)),
        DeleteFault::AnswerLost,
    ]);
    let job = rig.park().await;
    rig.work_and_leave(job).await;
    assert!(rig.cloud.deletes() >= 3);
}

#[tokio::test]
async fn an_orphan_is_destroyed_within_two_lists_and_its_time_is_in_the_ledger_as_leaked() {
    let mut rig = Rig::build().await;
    let name = format!("prospector-{}", uuid::Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_ffff));
    rig.cloud.add_droplet(&name, &["prospector"]);
    rig.cloud.add_droplet("somebody-elses-machine", &[]);
    rig.clock().advance_ms(10_000);
    for _ in 0..70 {
        rig.turn().await;
    }
    let alive = rig.cloud.alive();
    assert_eq!(
        alive.iter().map(|droplet| droplet.name.as_str()).collect::<Vec<_>>(),
        ["somebody-elses-machine"]
    );
    rig.until_gone().await;
    let node = rig.nodes().await.pop().unwrap();
    assert_eq!((node.phase, node.name), (NodePhase::Gone, name));
    let ledger = rig.house.parts.store.node_ledger(node.id).await.unwrap();
    assert!(ledger.iter().all(|entry| entry.phase == prospector_domain::node::CostPhase::Leaked));
    assert!(ledger.iter().map(|entry| entry.cost_microusd).sum::<i64>() > 0);
}

#[tokio::test]
async fn a_machine_that_someone_else_destroyed_is_replaced_and_its_bill_ends() {
    let mut rig = Rig::build().await;
    let job = rig.park().await;
    rig.until_serving().await;
    rig.cloud.remove_droplet(rig.cloud.alive()[0].id);
    rig.until("its row says so", async |rig| rig.nodes().await[0].phase == NodePhase::Gone).await;
    let node = rig.nodes().await.remove(0);
    assert_eq!(node.error.as_deref(), Some("the machine vanished"));
    rig.until("another serves", async |rig| rig.nodes().await.len() == 2 && rig.is_serving().await).await;
    let claimed = rig.claim(job).await;
    let started = rig.now();
    rig.finish(&claimed, started).await;
    rig.until_gone().await;
    assert_eq!(rig.cloud.alive(), []);
    // Nobody said when it went: its ledger ends when it was missed twice, at most two looks at rest later.
    let too_much = rig.ledger_microusd().await - rig.cloud.bill_microusd();
    assert!((0..=node.price_microusd_per_hour / 60).contains(&too_much), "{too_much}");
}

#[tokio::test]
async fn two_schedulers_have_one_leader_and_the_stale_one_orders_nothing() {
    let mut rig = Rig::build().await;
    rig.turn().await;
    let mut stale = std::mem::replace(&mut rig.scheduler, rig.house.scheduler());
    rig.clock().advance_ms(rig.house.parts.settings.lease_ms + 1);
    rig.turn().await;
    rig.park().await;
    // It still believes that it leads.
    let refused = stale.turn_machines().await;
    assert_eq!(rig.cloud.creates(), 0, "{refused:?}");
    rig.until_serving().await;
    assert_eq!(rig.cloud.creates(), 1);
}
