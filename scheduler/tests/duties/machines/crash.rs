//! A scheduler killed at every await of the protocol, and another that takes over.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use prospector_domain::node::NodePhase;
use prospector_testkit::CreateFault;

use super::rig::{BOOT_MS, Rig};

/// A future that is dropped once it has waited so often: what was sent is sent, and nothing after it happens.
struct Killed<F> {
    inner: F,
    waits_left: usize,
}

impl<F: Future + Unpin> Future for Killed<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.inner).poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.waits_left == 0 => Poll::Ready(None),
            Poll::Pending => {
                self.waits_left -= 1;
                Poll::Pending
            }
        }
    }
}

/// Lives through a whole life of a machine, killed in the first turn after `comes` after `waits` waits. False when that
/// turn was over before.
async fn live_and_die(rig: &mut Rig, comes: impl AsyncFnMut(&Rig) -> bool, waits: usize) -> bool {
    let job = rig.park().await;
    rig.until("it is to be killed", comes).await;
    let now = rig.clock().advance_ms(1_000);
    rig.scheduler.tick(now).await.unwrap();
    let killed = {
        let turning = pin!(rig.scheduler.turn_machines());
        Killed { inner: turning, waits_left: waits }.await.is_none()
    };
    rig.replace_scheduler();
    rig.work_and_leave(job).await;
    killed
}

/// Turns in a row that were over before they could be killed, after which there are no longer ones: how often a turn waits
/// varies with how fast answers come.
const TOO_SHORT: usize = 3;

/// The same for every number of waits that the turn has, every `step`th of them; how often it was killed.
async fn die_everywhere(faults: &[CreateFault], comes: impl AsyncFn(&Rig) -> bool, step: usize) -> usize {
    let (mut kills, mut too_short) = (0, 0);
    for waits in (0..).step_by(step) {
        let mut rig = Rig::build().await;
        rig.cloud.fail_creates(faults.iter().cloned());
        if live_and_die(&mut rig, &comes, waits).await {
            (kills, too_short) = (kills + 1, 0);
        } else {
            too_short += 1;
        }
        if too_short == TOO_SHORT {
            break;
        }
    }
    kills
}

#[tokio::test]
async fn killed_at_any_wait_while_it_orders_it_leaves_no_orphan() {
    let kills = die_everywhere(&[], async |_| true, 1).await;
    assert!(kills > 10, "killed only {kills} times");
}

#[tokio::test]
async fn killed_at_any_wait_while_an_answer_is_lost_it_leaves_no_orphan() {
    let kills = die_everywhere(&[CreateFault::AnswerLost], async |_| true, 3).await;
    assert!(kills > 3, "killed only {kills} times");
}

#[tokio::test]
async fn killed_at_any_wait_while_a_machine_comes_up_it_leaves_no_orphan() {
    // The boot is over: one turn finds its address, asks for a completion, and lets it serve.
    let comes = async |rig: &Rig| {
        let boots = rig
            .cloud
            .droplets()
            .first()
            .is_some_and(|droplet| rig.now().since(droplet.created_at) >= BOOT_MS - 1_000);
        boots && rig.nodes().await.iter().all(|node| node.phase == NodePhase::Booting)
    };
    let kills = die_everywhere(&[], comes, 1).await;
    assert!(kills > 6, "killed only {kills} times");
}
