//! Group calls: many tasks ask at once, one call answers them together.
//!
//! A question that finds nobody else waiting goes out alone and at once. While a call is under way the next questions
//! gather, so the busier it gets, the larger the groups, and nobody ever waits for a timer.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

/// Answers a group of questions with one call.
pub(crate) trait GroupCall: Send + 'static {
    /// One question.
    type Ask: Send + 'static;
    /// The answer to one question.
    type Answer: Send + 'static;

    /// Answers `asks`, in their order and one for each.
    fn call(&mut self, asks: Vec<Self::Ask>) -> impl Future<Output = Vec<Self::Answer>> + Send;
}

/// The side that asks. Clones share the groups; the last one ends them.
pub(crate) struct Batcher<G: GroupCall> {
    asks: mpsc::Sender<Waiting<G>>,
    _task: Arc<AbortOnDropHandle<()>>,
}

struct Waiting<G: GroupCall> {
    ask: G::Ask,
    answer: oneshot::Sender<G::Answer>,
}

impl<G: GroupCall> Clone for Batcher<G> {
    fn clone(&self) -> Self {
        Self { asks: self.asks.clone(), _task: Arc::clone(&self._task) }
    }
}

impl<G: GroupCall> Batcher<G> {
    /// Starts answering with `group`, at most `largest` questions a call.
    pub(crate) fn start(group: G, largest: usize) -> Self {
        let (asks, waiting) = mpsc::channel(largest);
        let task = tokio::spawn(answer_all(group, waiting, largest));
        Self { asks, _task: Arc::new(AbortOnDropHandle::new(task)) }
    }

    /// Asks, and waits for the answer. None when the call panicked: nobody knows what became of the question.
    pub(crate) async fn ask(&self, ask: G::Ask) -> Option<G::Answer> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(Waiting { ask, answer }).await.ok()?;
        answered.await.ok()
    }
}

async fn answer_all<G: GroupCall>(mut group: G, mut waiting: mpsc::Receiver<Waiting<G>>, largest: usize) {
    let mut gathered = Vec::with_capacity(largest);
    while waiting.recv_many(&mut gathered, largest).await > 0 {
        let (asks, waiters): (Vec<_>, Vec<_>) =
            gathered.drain(..).map(|Waiting { ask, answer }| (ask, answer)).unzip();
        // A panic must not leave everybody who asks later without an answer for ever.
        match AssertUnwindSafe(group.call(asks)).catch_unwind().await {
            Ok(answers) => {
                for (waiter, answer) in waiters.into_iter().zip(answers) {
                    // Whoever asked may have been stopped meanwhile; then nobody wants the answer.
                    let _ = waiter.send(answer);
                }
            }
            Err(_) => tracing::error!("a group call panicked; its questions stay without an answer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(20);

    /// Shows each group to the test, and answers when the test says so.
    struct Shown {
        groups: mpsc::UnboundedSender<Vec<u32>>,
        go_on: mpsc::UnboundedReceiver<()>,
    }

    impl GroupCall for Shown {
        type Ask = u32;
        type Answer = String;

        async fn call(&mut self, asks: Vec<u32>) -> Vec<String> {
            self.groups.send(asks.clone()).unwrap();
            self.go_on.recv().await.unwrap();
            assert!(!asks.contains(&13), "unlucky");
            asks.iter().map(|ask| format!("answer {ask}")).collect()
        }
    }

    struct Hands {
        batcher: Batcher<Shown>,
        groups: mpsc::UnboundedReceiver<Vec<u32>>,
        go_on: mpsc::UnboundedSender<()>,
    }

    impl Hands {
        fn start(largest: usize) -> Self {
            let (show, groups) = mpsc::unbounded_channel();
            let (go_on, wait) = mpsc::unbounded_channel();
            Self { batcher: Batcher::start(Shown { groups: show, go_on: wait }, largest), groups, go_on }
        }

        fn ask(&self, ask: u32) -> tokio::task::JoinHandle<Option<String>> {
            let batcher = self.batcher.clone();
            tokio::spawn(async move { batcher.ask(ask).await })
        }

        async fn next_group(&mut self) -> Vec<u32> {
            tokio::time::timeout(DEADLINE, self.groups.recv()).await.unwrap().unwrap()
        }

        /// Lets every task that can run do so; the runtime of these tests has one thread.
        async fn settle_down(&self) {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn one_question_goes_out_at_once_and_the_next_ones_gather_behind_it() {
        let mut hands = Hands::start(256);
        let first = hands.ask(1);
        assert_eq!(hands.next_group().await, [1]);
        let others: Vec<_> = (2..=10).map(|ask| hands.ask(ask)).collect();
        hands.settle_down().await;
        assert!(hands.groups.is_empty(), "a second call began while the first was under way");
        hands.go_on.send(()).unwrap();
        assert_eq!(first.await.unwrap().as_deref(), Some("answer 1"));
        assert_eq!(hands.next_group().await, (2..=10).collect::<Vec<_>>());
        hands.go_on.send(()).unwrap();
        for (ask, other) in (2..=10).zip(others) {
            assert_eq!(other.await.unwrap(), Some(format!("answer {ask}")));
        }
    }

    #[tokio::test]
    async fn no_group_is_larger_than_allowed() {
        let mut hands = Hands::start(4);
        let asked: Vec<_> = (0..11).map(|ask| hands.ask(ask)).collect();
        let mut sizes = Vec::new();
        while sizes.iter().sum::<usize>() < 11 {
            sizes.push(hands.next_group().await.len());
            hands.settle_down().await;
            hands.go_on.send(()).unwrap();
        }
        assert!(sizes.iter().all(|size| *size <= 4), "{sizes:?}");
        for asked in asked {
            assert!(asked.await.unwrap().is_some());
        }
    }

    #[tokio::test]
    async fn a_panic_costs_one_group_only() {
        let mut hands = Hands::start(4);
        let unlucky = hands.ask(13);
        hands.next_group().await;
        hands.go_on.send(()).unwrap();
        assert_eq!(unlucky.await.unwrap(), None);
        let next = hands.ask(14);
        hands.next_group().await;
        hands.go_on.send(()).unwrap();
        assert_eq!(next.await.unwrap().as_deref(), Some("answer 14"));
    }

    #[tokio::test]
    async fn a_question_given_up_disturbs_nobody() {
        let mut hands = Hands::start(4);
        let given_up = hands.ask(1);
        hands.next_group().await;
        given_up.abort();
        let next = hands.ask(2);
        hands.go_on.send(()).unwrap();
        hands.next_group().await;
        hands.go_on.send(()).unwrap();
        assert_eq!(next.await.unwrap().as_deref(), Some("answer 2"));
    }
}
