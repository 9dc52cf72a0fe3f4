//! Promises that hold however hints travel.

use std::{collections::HashSet, time::Duration};

use prospector_domain::job::JobKind;
use prospector_queue::{MAX_OUTSTANDING, QueueError, QueueOptions};
use prospector_testkit::wait_until;

use crate::rig::{KIND, LONG, Seen, consume, each_transport, jobs, options};

#[tokio::test(flavor = "multi_thread")]
async fn every_hint_is_delivered_to_its_kind() {
    for (queue, _redis) in each_transport(options).await {
        let (probes, drafts) = (jobs(700), jobs(3));
        let (seen_probes, seen_drafts) = (Seen::open(), Seen::open());
        let early = seen_probes.consume(&queue, 16);
        let pushed = queue.push(KIND, &probes).await.unwrap();
        assert_eq!(pushed.accepted, 700);
        queue.push(JobKind::Draft, &drafts).await.unwrap();
        let late = seen_drafts.consume_kind(&queue, JobKind::Draft, 1);

        seen_probes.wait_for(&probes).await;
        seen_drafts.wait_for(&drafts).await;
        assert_eq!((seen_probes.count(), seen_drafts.count()), (700, 3));
        assert!(probes.iter().all(|&id| seen_probes.times(id) == 1), "nothing failed, so nothing came twice");
        early.stop().await;
        late.stop().await;
        assert_eq!(queue.outstanding(KIND).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_consumer_is_woken_by_each_push() {
    for (queue, _redis) in each_transport(options).await {
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let consumer = consume(&queue, KIND, 4, move |id| {
            let tell = tell.clone();
            async move { tell.send(id).unwrap() }
        });
        let one_by_one = async {
            for job in jobs(200) {
                queue.push(KIND, &[job]).await.unwrap();
                assert_eq!(told.recv().await, Some(job));
            }
        };
        // A hundred times what it takes; a consumer that only looked now and then would need 50 s.
        tokio::time::timeout(Duration::from_secs(25), one_by_one).await.expect("each push wakes it");
        consumer.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_handlers_run_than_allowed() {
    for (queue, _redis) in each_transport(options).await {
        let (seen, pushed) = (Seen::closed(), jobs(50));
        queue.push(KIND, &pushed).await.unwrap();
        let consumer = seen.consume(&queue, 7);
        seen.wait_running(7).await;
        for _ in &pushed {
            seen.let_through(1);
        }
        seen.wait_for(&pushed).await;
        wait_until("all have ended", LONG, async || (seen.running() == 0).then_some(())).await;
        assert_eq!(seen.most_running(), 7);
        consumer.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_only_its_own_handler() {
    for (queue, _redis) in each_transport(options).await {
        let pushed = jobs(60);
        let bad: HashSet<_> = pushed.iter().copied().step_by(3).collect();
        let seen = Seen::open();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let consumer = consume(&queue, KIND, 4, move |id| {
            let (tell, is_bad) = (tell.clone(), bad.contains(&id));
            // Half of the bad ones panic before there is a future to poll.
            assert!(!is_bad || id.0.as_bytes()[15].is_multiple_of(2), "a panic on purpose, in the call");
            async move {
                tokio::task::yield_now().await;
                assert!(!is_bad, "a panic on purpose, in the future");
                tell.send(id).unwrap();
            }
        });
        queue.push(KIND, &pushed).await.unwrap();
        for _ in 0..40 {
            tokio::time::timeout(LONG, told.recv()).await.expect("the good ones are handled").unwrap();
        }
        consumer.stop().await;
        // The slots of the panicked ones were given back.
        let (next, consumer) = (jobs(4), seen.consume(&queue, 4));
        queue.push(KIND, &next).await.unwrap();
        seen.wait_for(&next).await;
        consumer.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_lets_running_handlers_finish_and_leaves_the_rest_waiting() {
    for (queue, _redis) in each_transport(options).await {
        let (seen, pushed) = (Seen::closed(), jobs(20));
        queue.push(KIND, &pushed).await.unwrap();
        let mut consumer = seen.consume(&queue, 6);
        seen.wait_running(6).await;
        consumer.ask_to_stop();
        consumer.assert_still_runs().await;
        seen.let_through(6);
        consumer.stop().await;
        assert_eq!((seen.running(), seen.count()), (0, 6));
        assert_eq!(queue.outstanding(KIND).await.unwrap(), 14);

        let rest = Seen::open();
        let consumer = rest.consume(&queue, 6);
        let unseen: Vec<_> = pushed.iter().copied().filter(|&id| seen.times(id) == 0).collect();
        rest.wait_for(&unseen).await;
        assert_eq!(rest.count(), 14, "those that were handled do not come again");
        consumer.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_stopped_before_it_began_ends_at_once() {
    for (queue, _redis) in each_transport(options).await {
        let seen = Seen::open();
        let consumer = seen.consume(&queue, 1);
        consumer.stop().await;
        queue.push(KIND, &jobs(1)).await.unwrap();
        assert_eq!(queue.outstanding(KIND).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_hints_wait_than_the_bound() {
    let bounded = || QueueOptions { max_outstanding: 10, ..options() };
    for (queue, _redis) in each_transport(bounded).await {
        let pushed = jobs(15);
        assert_eq!(queue.push(KIND, &pushed[..8]).await.unwrap().accepted, 8);
        assert_eq!(queue.push(KIND, &pushed[8..]).await.unwrap().accepted, 2, "the first two of the rest");
        assert_eq!(queue.push(KIND, &pushed[..1]).await.unwrap().accepted, 0);
        assert_eq!(queue.push(KIND, &[]).await.unwrap().accepted, 0);
        assert_eq!(queue.outstanding(KIND).await.unwrap(), 10);
        assert_eq!(queue.outstanding(JobKind::Judge).await.unwrap(), 0);

        let seen = Seen::open();
        let consumer = seen.consume(&queue, 2);
        seen.wait_for(&pushed[..10]).await;
        assert_eq!(queue.push(KIND, &pushed[10..]).await.unwrap().accepted, 5, "there is room again");
        seen.wait_for(&pushed).await;
        consumer.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_drained_and_filled_again() {
    for (queue, _redis) in each_transport(options).await {
        let bound = usize::try_from(MAX_OUTSTANDING).unwrap();
        let (pushed, seen) = (jobs(3 * bound), Seen::open());
        assert_eq!(queue.push(KIND, &pushed).await.unwrap().accepted, bound);
        let consumer = seen.consume(&queue, 256);
        let mut from = bound;
        wait_until("the relay has pushed everything", LONG, async || {
            from += queue.push(KIND, &pushed[from..]).await.unwrap().accepted;
            (from == pushed.len()).then_some(())
        })
        .await;
        seen.wait_for(&pushed).await;
        consumer.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_consumers_share_the_work() {
    for (queue, _redis) in each_transport(options).await {
        let (one, two) = (Seen::closed(), Seen::closed());
        let consumers = [one.consume(&queue, 4), two.consume(&queue, 4)];
        let pushed = jobs(20);
        queue.push(KIND, &pushed).await.unwrap();
        one.wait_running(4).await;
        two.wait_running(4).await;
        one.let_through(20);
        two.let_through(20);
        wait_until("all are handled", LONG, async || (one.count() + two.count() == 20).then_some(())).await;
        assert!(pushed.iter().all(|&id| one.times(id) + two.times(id) == 1));
        for consumer in consumers {
            consumer.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_answers_and_trims() {
    for (queue, _redis) in each_transport(options).await {
        queue.ping().await.unwrap();
        assert_eq!(queue.trim().await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unusable_concurrency_is_refused_at_once() {
    for (queue, _redis) in each_transport(options).await {
        for concurrency in [0, 1_025] {
            let options =
                prospector_queue::ConsumeOptions { concurrency, worker_name_prefix: "test".to_owned() };
            let ended =
                queue.consume(KIND, options, async |_| (), tokio_util::sync::CancellationToken::new()).await;
            let Err(error @ QueueError::Invalid { .. }) = ended else { panic!("{ended:?}") };
            let said = format!("queue concurrency must be 1 to 1024, got {concurrency}");
            assert_eq!(error.to_string(), said);
        }
    }
}
