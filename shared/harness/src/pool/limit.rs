//! How many requests keep an endpoint full without a queue on it. Pure: time is passed in.

use super::pace::Pace;
use crate::client::ServerLoad;

/// Bounds of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitOptions {
    /// Limit of an endpoint of which nothing is known, in requests. Default 8.
    pub start: u32,
    /// Least limit, in requests; at least 1. Default 1.
    pub min: u32,
    /// Greatest limit, in requests. Default 256, as many as vLLM runs at a time unless told otherwise.
    pub max: u32,
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self { start: 8, min: 1, max: 256 }
    }
}

/// What an answer shows about its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// Requests that were outstanding when it came, itself included.
    pub in_flight: u32,
    /// From sending the request to the first token, in milliseconds.
    pub time_to_first_token_ms: u64,
    /// Tokens of the prompt that the server had not cached.
    pub input_tokens: u64,
}

/// How much of a limit is left after a refusal.
const AFTER_REFUSAL: f64 = 0.7;
/// How much is left when first tokens come late: a guess, and so a smaller step.
const AFTER_DELAY: f64 = 0.9;
/// Most that one look at the server takes away; the next look is a second later.
const AFTER_LOOK: f64 = 0.5;
/// For so long, in milliseconds, what the server said about its queue is believed, rather than what its answers suggest.
const LOOK_HOLDS_MS: u64 = 10_000;

/// The limit of one endpoint.
///
/// It grows only while it is what holds requests back: by one with each answer at first, which doubles it in each round,
/// and by one in a round once it has met its bound. It shrinks when the server refuses a request, says that requests wait
/// inside it, or, if it says nothing about that, when first tokens come late.
///
/// - The server runs 4 and 4 wait, all 8 of them ours: the limit becomes 4.
/// - The same, but only half are ours: 2.
/// - The server refuses one of our 10 requests: 7.
#[derive(Debug, Clone, PartialEq)]
pub struct AdaptiveLimit {
    options: LimitOptions,
    limit: f64,
    /// True until the first sign of a queue.
    doubling: bool,
    /// Answers to requests that were sent under an older limit and say nothing about this one.
    stale_answers: u32,
    pace: Pace,
    looked_ms: Option<u64>,
}

impl AdaptiveLimit {
    /// The limit of an endpoint of which nothing is known.
    #[must_use]
    pub fn new(options: LimitOptions) -> Self {
        let min = options.min.max(1);
        let options = LimitOptions { min, max: options.max.max(min), ..options };
        let mut new = Self {
            options,
            limit: 0.0,
            doubling: true,
            stale_answers: 0,
            pace: Pace::new(),
            looked_ms: None,
        };
        new.set(f64::from(options.start));
        new
    }

    /// Most requests that may be outstanding.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between two values of u32"
    )]
    pub const fn current(&self) -> u32 {
        self.limit as u32
    }

    /// Learns from an answer that came at `now_ms`, on any clock that does not run backwards.
    pub fn answered(&mut self, now_ms: u64, answer: Answered) {
        self.pace.add(answer.time_to_first_token_ms, answer.input_tokens);
        let is_stale = self.stale_answers > 0;
        self.stale_answers = self.stale_answers.saturating_sub(1);
        let knows_queue =
            self.looked_ms.is_some_and(|looked_ms| now_ms.saturating_sub(looked_ms) < LOOK_HOLDS_MS);
        if !knows_queue && self.pace.is_inflated() {
            if !is_stale {
                self.shrink(answer.in_flight, AFTER_DELAY);
                self.pace.forgive();
            }
            return;
        }
        if answer.in_flight >= self.current() && !is_stale {
            self.set(self.limit + if self.doubling { 1.0 } else { 1.0 / self.limit });
        }
    }

    /// Learns that the server refused a request while `in_flight` were outstanding, itself included. What was sent with it is
    /// refused with it, so only the first of them counts.
    pub fn overloaded(&mut self, in_flight: u32) {
        if self.stale_answers > 0 {
            self.stale_answers -= 1;
        } else {
            self.shrink(in_flight, AFTER_REFUSAL);
        }
    }

    /// Learns at `now_ms` what the server says about its queue while `in_flight` of its requests are ours. All who use the
    /// server give way in proportion.
    pub fn observed(&mut self, now_ms: u64, in_flight: u32, load: ServerLoad) {
        self.looked_ms = Some(now_ms);
        // What waits while nothing runs is about to be started.
        if load.waiting == 0 || load.running == 0 {
            return;
        }
        self.doubling = false;
        let all = f64::from(load.running) + f64::from(load.waiting);
        let fitting = f64::from(in_flight) * f64::from(load.running) / all;
        self.set(self.limit.min(fitting.max(self.limit * AFTER_LOOK)));
    }

    fn shrink(&mut self, in_flight: u32, factor: f64) {
        self.doubling = false;
        // A limit that was not reached has not been the cause.
        self.set(self.limit.min(f64::from(in_flight.max(1))) * factor);
        self.stale_answers = in_flight.saturating_sub(1);
    }

    fn set(&mut self, limit: f64) {
        self.limit = limit.clamp(f64::from(self.options.min), f64::from(self.options.max));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cmp::Reverse,
        collections::{BinaryHeap, VecDeque},
    };

    use proptest::prelude::*;

    use super::*;

    fn limit(start: u32) -> AdaptiveLimit {
        AdaptiveLimit::new(LimitOptions { start, min: 1, max: 64 })
    }

    fn quick(in_flight: u32) -> Answered {
        Answered { in_flight, time_to_first_token_ms: 50, input_tokens: 100 }
    }

    #[test]
    fn it_doubles_in_a_round_and_then_adds_one() {
        let mut limit = limit(4);
        (0..4).for_each(|_| limit.answered(0, quick(64)));
        assert_eq!(limit.current(), 8);
        limit.observed(0, 8, ServerLoad { running: 6, waiting: 2 });
        assert_eq!(limit.current(), 6);
        (0..6).for_each(|_| limit.answered(0, quick(64)));
        assert_eq!(limit.current(), 6);
        limit.answered(0, quick(64));
        assert_eq!(limit.current(), 7);
    }

    #[test]
    fn it_does_not_grow_unused() {
        let mut limit = limit(4);
        (0..100).for_each(|_| limit.answered(0, quick(3)));
        assert_eq!(limit.current(), 4);
    }

    #[test]
    fn all_users_of_a_server_give_way_in_proportion() {
        let load = ServerLoad { running: 4, waiting: 4 };
        for (in_flight, expected) in [(8, 4), (4, 4), (16, 8)] {
            let mut limit = limit(8);
            limit.observed(0, in_flight, load);
            assert_eq!(limit.current(), expected, "{in_flight} of the server's requests are ours");
        }
        let mut limit = limit(4);
        limit.observed(0, 4, load);
        assert_eq!(limit.current(), 2);
        limit.observed(0, 2, ServerLoad { running: 0, waiting: 2 });
        assert_eq!(limit.current(), 2, "what waits while nothing runs is about to start");
    }

    #[test]
    fn requests_refused_together_count_once() {
        let mut limit = limit(10);
        (0..10).for_each(|_| limit.overloaded(10));
        assert_eq!(limit.current(), 7);
        limit.overloaded(7);
        assert_eq!(limit.current(), 4);
    }

    /// A server with a number of slots, kept at its limit by callers who never run out; in virtual milliseconds.
    struct Slots {
        slots: usize,
        is_mute: bool,
        limit: AdaptiveLimit,
        now_ms: u64,
        running: BinaryHeap<Reverse<(u64, u64)>>,
        waiting: VecDeque<u64>,
        made: u64,
        busy_slot_ms: u64,
        waited: u64,
    }

    const READING_MS: u64 = 100;

    impl Slots {
        fn new(slots: usize, start: u32, is_mute: bool) -> Self {
            let limit = AdaptiveLimit::new(LimitOptions { start, ..LimitOptions::default() });
            let (running, waiting) = (BinaryHeap::new(), VecDeque::new());
            Self { slots, is_mute, limit, now_ms: 0, running, waiting, made: 0, busy_slot_ms: 0, waited: 0 }
        }

        fn in_flight(&self) -> u32 {
            u32::try_from(self.running.len() + self.waiting.len()).unwrap()
        }

        fn fill(&mut self) {
            while self.in_flight() < self.limit.current() {
                self.waiting.push_back(self.now_ms);
            }
            self.begin();
        }

        fn begin(&mut self) {
            while self.running.len() < self.slots
                && let Some(sent_ms) = self.waiting.pop_front()
            {
                self.made += 1;
                let takes_ms = 1_000 + self.made * 7_919 % 2_000;
                let first_token_ms = self.now_ms - sent_ms + READING_MS;
                self.running.push(Reverse((self.now_ms + takes_ms, first_token_ms)));
            }
        }

        /// Lets one request end, and looks at the server once a second.
        fn step(&mut self) {
            self.fill();
            let Reverse((end_ms, time_to_first_token_ms)) = self.running.pop().unwrap();
            self.busy_slot_ms += (end_ms - self.now_ms) * (self.running.len() as u64 + 1);
            self.waited += self.waiting.len() as u64;
            let looks = end_ms / 1_000 > self.now_ms / 1_000 && !self.is_mute;
            self.now_ms = end_ms;
            let in_flight = self.in_flight() + 1;
            self.limit.answered(end_ms, Answered { in_flight, time_to_first_token_ms, input_tokens: 300 });
            self.begin();
            if looks {
                let waiting = u32::try_from(self.waiting.len()).unwrap();
                let running = u32::try_from(self.running.len()).unwrap();
                self.limit.observed(end_ms, self.in_flight(), ServerLoad { running, waiting });
            }
        }

        /// The share of its slots in use, and how many requests wait on average, over `steps` answers.
        fn measure(&mut self, steps: u32) -> (f64, f64) {
            let began_ms = self.now_ms;
            (self.busy_slot_ms, self.waited) = (0, 0);
            (0..steps).for_each(|_| self.step());
            let possible = (self.now_ms - began_ms) as f64 * self.slots as f64;
            (self.busy_slot_ms as f64 / possible, self.waited as f64 / f64::from(steps))
        }
    }

    #[test]
    fn a_server_is_kept_full_without_a_queue_on_it() {
        for (slots, start) in [(4, 8), (4, 1), (32, 8), (1, 8), (100, 8)] {
            for is_mute in [false, true] {
                let mut server = Slots::new(slots, start, is_mute);
                server.measure(2_000);
                let (used, waiting) = server.measure(4_000);
                let queue = waiting / f64::from(u32::try_from(slots).unwrap());
                let found = format!("{slots} slots, mute: {is_mute}: {used:.3} used, {waiting:.2} waiting");
                assert!(used > 0.95, "{found}");
                assert!(waiting < 1.5 || queue < 0.1, "{found}");
            }
        }
    }

    #[derive(Debug, Clone)]
    enum Event {
        Answered(u32, u64, u64),
        Overloaded(u32),
        Observed(u32, u32, u32),
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            (0..100_u32, 0..100_000_u64, 0..10_000_u64)
                .prop_map(|(n, ms, tokens)| Event::Answered(n, ms, tokens)),
            (0..100_u32).prop_map(Event::Overloaded),
            (0..100_u32, any::<u32>(), any::<u32>()).prop_map(|(n, r, w)| Event::Observed(n, r, w)),
        ]
    }

    proptest! {
        #[test]
        fn it_stays_within_its_bounds_and_never_grows_on_overload(
            (start, min, max) in (0..100_u32, 0..20_u32, 0..100_u32),
            events in proptest::collection::vec((0..5_000_u64, event()), 0..200),
        ) {
            let mut limit = AdaptiveLimit::new(LimitOptions { start, min, max });
            let mut now_ms = 0;
            for (passed_ms, event) in events {
                now_ms += passed_ms;
                let before = limit.current();
                match event {
                    Event::Answered(in_flight, time_to_first_token_ms, input_tokens) => {
                        limit.answered(now_ms, Answered { in_flight, time_to_first_token_ms, input_tokens });
                        prop_assert!(limit.current() <= before + 1);
                    }
                    Event::Overloaded(in_flight) => {
                        limit.overloaded(in_flight);
                        prop_assert!(limit.current() <= before);
                    }
                    Event::Observed(in_flight, running, waiting) => {
                        limit.observed(now_ms, in_flight, ServerLoad { running, waiting });
                        prop_assert!(limit.current() <= before);
                    }
                }
                prop_assert!(limit.current() >= min.max(1));
                prop_assert!(limit.current() <= max.max(min).max(1));
            }
        }

        #[test]
        fn enough_refusals_bring_it_to_its_least(start in 1..200_u32, min in 1..10_u32) {
            let mut limit = AdaptiveLimit::new(LimitOptions { start, min, max: 256 });
            for _ in 0..2_000 {
                limit.overloaded(limit.current());
            }
            prop_assert_eq!(limit.current(), min);
        }
    }
}
