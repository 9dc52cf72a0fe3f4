//! A scheduler killed at every await of the protocol, and another that takes over.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use prospector_testkit::CreateFault;

use super::rig::Rig;

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

/// Lives through a whole life of a machine, killed in the turn `turn` after `waits` waits. False when that turn was over
/// before.
async fn live_and_die(rig: &mut Rig, turn: usize, waits: usize) -> bool {
    let job = rig.park().await;
    for _ in 0..turn {
        rig.turn().await;
    }
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

#[tokio::test]
async fn killed_at_any_wait_while_it_orders_it_leaves_no_orphan() {
    for waits in 0.. {
        let mut rig = Rig::build().await;
        if !live_and_die(&mut rig, 0, waits).await {
            assert!(waits > 10, "the turn waited only {waits} times");
            return;
        }
    }
}

#[tokio::test]
async fn killed_at_any_wait_while_an_answer_is_lost_it_leaves_no_orphan() {
    for waits in (0..).step_by(3) {
        let mut rig = Rig::build().await;
        rig.cloud.fail_creates([CreateFault::AnswerLost]);
        if !live_and_die(&mut rig, 0, waits).await {
            return;
        }
    }
}

#[tokio::test]
async fn killed_at_any_wait_while_a_machine_comes_up_it_leaves_no_orphan() {
    // The turn in which the boot is over, and the one after it.
    for turn in [20, 22] {
        for waits in (0..).step_by(3) {
            let mut rig = Rig::build().await;
            if !live_and_die(&mut rig, turn, waits).await {
                break;
            }
        }
    }
}
