//! Who is in the pool, and whose turn it is. Pure: time is passed in, and nothing is sent.

use std::{collections::BTreeMap, sync::Arc};

use uuid::Uuid;

use super::{
    endpoint_pool::PoolOptions,
    limit::{AdaptiveLimit, Answered},
    quarantine::Quarantine,
};
use crate::client::{Completion, Endpoint, FailureKind, InferenceError, ServerLoad};

/// So many faults of a server in a row, and it is left alone for a while; fewer may be the fault of what it was asked.
const FAULTS_IN_A_ROW: u32 = 3;

/// What is known of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointStatus {
    /// Which.
    pub id: Uuid,
    /// False while it is left alone because it did not answer.
    pub is_ready: bool,
    /// True when it gets no new requests because it was removed.
    pub is_leaving: bool,
    /// Requests outstanding.
    pub in_flight: u32,
    /// Most that may be outstanding.
    pub limit: u32,
}

/// The endpoints of a pool.
#[derive(Debug)]
pub(super) struct State {
    options: PoolOptions,
    members: BTreeMap<Uuid, Member>,
}

#[derive(Debug)]
struct Member {
    endpoint: Arc<Endpoint>,
    limit: AdaptiveLimit,
    in_flight: u32,
    quarantine: Option<Quarantine>,
    faults: u32,
    is_leaving: bool,
}

/// A place for one request.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub(super) id: Uuid,
    pub(super) endpoint: Arc<Endpoint>,
}

impl State {
    pub(super) const fn new(options: PoolOptions) -> Self {
        Self { options, members: BTreeMap::new() }
    }

    /// Makes `endpoints` the members. One that is known already keeps what was learnt about it; one that is not among them gets
    /// nothing new, and is forgotten when its last request ends.
    pub(super) fn set(&mut self, endpoints: Vec<(Uuid, Endpoint)>) {
        for member in self.members.values_mut() {
            member.is_leaving = true;
        }
        for (id, endpoint) in endpoints {
            let new = Member::of(Arc::new(endpoint), &self.options);
            match self.members.get_mut(&id) {
                Some(member) if member.endpoint == new.endpoint => member.is_leaving = false,
                // The same machine under another address or key: its requests still run, and nothing else is known.
                Some(member) => *member = Member { in_flight: member.in_flight, ..new },
                None => drop(self.members.insert(id, new)),
            }
        }
        self.members.retain(|_, member| !member.is_forgotten());
    }

    /// Takes a place at the endpoint with the least outstanding requests, if any has room.
    pub(super) fn take_seat(&mut self) -> Option<Seat> {
        let with_room = self.members.iter_mut().filter(|(_, member)| member.has_room());
        let (id, member) = with_room.min_by_key(|(_, member)| member.in_flight)?;
        member.in_flight += 1;
        Some(Seat { id: *id, endpoint: Arc::clone(&member.endpoint) })
    }

    /// Gives a place back.
    pub(super) fn leave_seat(&mut self, id: Uuid) {
        let Some(member) = self.members.get_mut(&id) else { return };
        member.in_flight = member.in_flight.saturating_sub(1);
        if member.is_forgotten() {
            self.members.remove(&id);
        }
    }

    /// Learns from how the request ended that still has this place.
    pub(super) fn report(&mut self, seat: &Seat, now_ms: u64, result: &Result<Completion, InferenceError>) {
        let options = self.options;
        let Some(member) = self.member_at(seat) else { return };
        let in_flight = member.in_flight;
        let kind = match result {
            Ok(completion) => {
                member.faults = 0;
                let usage = completion.usage;
                let input_tokens = usage.input_tokens.saturating_sub(usage.cached_input_tokens);
                let time_to_first_token_ms = completion.time_to_first_token_ms;
                member.limit.answered(now_ms, Answered { in_flight, time_to_first_token_ms, input_tokens });
                return;
            }
            Err(failure) => failure.kind,
        };
        match kind {
            FailureKind::Overloaded => member.limit.overloaded(in_flight),
            FailureKind::Vanished
            | FailureKind::Loading
            | FailureKind::TimedOut
            | FailureKind::Unauthorized
            | FailureKind::UnknownModel => member.leave_alone(now_ms, &options),
            FailureKind::Server | FailureKind::Malformed => {
                member.faults += 1;
                if member.faults >= FAULTS_IN_A_ROW {
                    member.leave_alone(now_ms, &options);
                }
            }
            // The server has done its part.
            FailureKind::ContextTooLong
            | FailureKind::Rejected
            | FailureKind::Truncated
            | FailureKind::Empty => member.faults = 0,
            FailureKind::NoEndpoint => {}
        }
    }

    /// Learns what the endpoint of `seat` says about its queue.
    pub(super) fn observed(&mut self, seat: &Seat, now_ms: u64, load: ServerLoad) {
        if let Some(member) = self.member_at(seat) {
            member.limit.observed(now_ms, member.in_flight, load);
        }
    }

    /// The endpoints that work on something, to be asked about their queue.
    pub(super) fn busy(&self) -> Vec<Seat> {
        let busy = self.members.iter().filter(|(_, member)| member.in_flight > 0 && member.is_ready());
        busy.map(|(id, member)| Seat { id: *id, endpoint: Arc::clone(&member.endpoint) }).collect()
    }

    /// The endpoints to be probed at `now_ms`, by whoever asked.
    pub(super) fn due(&mut self, now_ms: u64) -> Vec<Seat> {
        let mut due = Vec::new();
        for (id, member) in self.members.iter_mut().filter(|(_, member)| !member.is_leaving) {
            if member.quarantine.as_mut().is_some_and(|quarantine| quarantine.take_turn(now_ms)) {
                due.push(Seat { id: *id, endpoint: Arc::clone(&member.endpoint) });
            }
        }
        due
    }

    /// Learns whether a probe of `seat` succeeded.
    pub(super) fn probed(&mut self, seat: &Seat, now_ms: u64, has_succeeded: bool) {
        let options = self.options;
        // One that is leaving learns too: it may be named again, and nobody else would ever probe it.
        let Some(member) = self.member_at(seat) else { return };
        if has_succeeded {
            // It may have been started anew, or elsewhere, so what was learnt about it counts for nothing.
            *member = Member {
                in_flight: member.in_flight,
                is_leaving: member.is_leaving,
                ..Member::of(Arc::clone(&seat.endpoint), &options)
            };
        } else if let Some(quarantine) = &mut member.quarantine {
            quarantine.prolong(now_ms, &options.quarantine);
        }
    }

    /// The endpoint of `seat`, unless its machine has been moved since: what happened at the old place says nothing about
    /// the new one.
    fn member_at(&mut self, seat: &Seat) -> Option<&mut Member> {
        self.members.get_mut(&seat.id).filter(|member| member.endpoint == seat.endpoint)
    }

    pub(super) fn statuses(&self) -> Vec<EndpointStatus> {
        let status = |(id, member): (&Uuid, &Member)| EndpointStatus {
            id: *id,
            is_ready: member.is_ready(),
            is_leaving: member.is_leaving,
            in_flight: member.in_flight,
            limit: member.limit.current(),
        };
        self.members.iter().map(status).collect()
    }
}

impl Member {
    fn of(endpoint: Arc<Endpoint>, options: &PoolOptions) -> Self {
        Self {
            endpoint,
            limit: AdaptiveLimit::new(options.limit),
            in_flight: 0,
            quarantine: None,
            faults: 0,
            is_leaving: false,
        }
    }

    const fn is_ready(&self) -> bool {
        self.quarantine.is_none() && !self.is_leaving
    }

    const fn has_room(&self) -> bool {
        self.is_ready() && self.in_flight < self.limit.current()
    }

    const fn is_forgotten(&self) -> bool {
        self.is_leaving && self.in_flight == 0
    }

    /// Begins a quarantine, unless one is under way: requests that were running together fail together.
    fn leave_alone(&mut self, now_ms: u64, options: &PoolOptions) {
        self.quarantine.get_or_insert_with(|| Quarantine::begin(now_ms, &options.quarantine));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::LimitOptions;

    const A: Uuid = Uuid::from_u128(1);
    const B: Uuid = Uuid::from_u128(2);

    fn endpoint(port: u16) -> Endpoint {
        let base_url = format!("http://127.0.0.1:{port}").parse().unwrap();
        Endpoint { base_url, api_key: None, model: "drafter".to_owned() }
    }

    fn state(limit: u32) -> State {
        let limit = LimitOptions { start: limit, ..LimitOptions::default() };
        let mut state = State::new(PoolOptions { limit, ..PoolOptions::default() });
        state.set(vec![(A, endpoint(1)), (B, endpoint(2))]);
        state
    }

    fn seats(state: &mut State, count: u32) -> Vec<Uuid> {
        (0..count).map_while(|_| state.take_seat()).map(|seat| seat.id).collect()
    }

    fn seat(id: Uuid, port: u16) -> Seat {
        Seat { id, endpoint: Arc::new(endpoint(port)) }
    }

    fn failed(kind: FailureKind) -> Result<Completion, InferenceError> {
        Err(InferenceError::new(kind, "in a test"))
    }

    #[test]
    fn the_one_with_the_least_outstanding_gets_the_next() {
        let mut state = state(2);
        assert_eq!(seats(&mut state, 9), [A, B, A, B]);
        state.leave_seat(B);
        assert_eq!(seats(&mut state, 9), [B]);
    }

    #[test]
    fn a_removed_endpoint_gets_nothing_new_and_is_forgotten_at_last() {
        let mut state = state(2);
        seats(&mut state, 2);
        state.set(vec![(B, endpoint(2))]);
        assert_eq!(seats(&mut state, 9), [B]);
        assert_eq!(state.statuses().len(), 2);
        state.leave_seat(A);
        assert_eq!(state.statuses().len(), 1);
        state.leave_seat(A);
        state.set(Vec::new());
        assert!(state.take_seat().is_none() && state.busy().is_empty());
    }

    #[test]
    fn an_endpoint_that_comes_back_is_known_and_a_moved_one_is_not() {
        let mut state = state(2);
        seats(&mut state, 4);
        state.report(&seat(A, 1), 0, &failed(FailureKind::Vanished));
        state.report(&seat(B, 2), 0, &failed(FailureKind::Overloaded));
        state.set(Vec::new());
        state.set(vec![(A, endpoint(3)), (B, endpoint(2))]);
        let status =
            |id, is_ready, limit| EndpointStatus { id, is_ready, is_leaving: false, in_flight: 2, limit };
        assert_eq!(state.statuses(), [status(A, true, 2), status(B, true, 1)]);
    }

    #[test]
    fn what_does_not_answer_is_left_alone_until_a_probe_succeeds() {
        for kind in [
            FailureKind::Vanished,
            FailureKind::Loading,
            FailureKind::TimedOut,
            FailureKind::Unauthorized,
            FailureKind::UnknownModel,
        ] {
            let mut state = state(4);
            seats(&mut state, 2);
            state.report(&seat(A, 1), 1_000, &failed(kind));
            state.report(&seat(A, 1), 1_200, &failed(kind));
            assert_eq!(seats(&mut state, 3), [B, B, B], "{kind}");
            assert!(state.due(1_499).is_empty());
            let due = state.due(1_500);
            assert_eq!(
                due.iter().map(|seat| seat.id).collect::<Vec<_>>(),
                [A],
                "the second failure is no news"
            );
            assert!(state.due(9_999).is_empty(), "one probe at a time");
            state.probed(&due[0], 2_000, false);
            assert!(state.due(2_999).is_empty());
            let due = state.due(3_000);
            state.probed(&due[0], 3_000, true);
            assert_eq!(seats(&mut state, 1), [A], "{kind}");
        }
    }

    #[test]
    fn a_probe_of_what_has_been_moved_says_nothing() {
        let mut state = state(4);
        state.report(&seat(A, 1), 0, &failed(FailureKind::Vanished));
        let due = state.due(500);
        state.set(vec![(A, endpoint(3))]);
        state.report(&seat(A, 3), 600, &failed(FailureKind::Vanished));
        state.probed(&due[0], 700, true);
        assert!(state.take_seat().is_none());
    }

    #[test]
    fn what_happened_before_a_move_says_nothing_about_the_new_place() {
        let mut state = state(4);
        seats(&mut state, 2);
        state.set(vec![(A, endpoint(3))]);
        state.report(&seat(A, 1), 0, &failed(FailureKind::Vanished));
        state.observed(&seat(A, 1), 0, ServerLoad { running: 0, waiting: 9 });
        let moved = &state.statuses()[0];
        assert!(moved.is_ready && moved.limit == 4, "{moved:?}");
    }

    #[test]
    fn one_that_leaves_during_its_probe_and_comes_back_is_probed_again_or_ready() {
        for has_succeeded in [false, true] {
            let mut state = state(4);
            seats(&mut state, 2);
            state.report(&seat(A, 1), 0, &failed(FailureKind::Vanished));
            let due = state.due(500);
            state.set(vec![(B, endpoint(2))]);
            state.probed(&due[0], 600, has_succeeded);
            assert_eq!(seats(&mut state, 2), [B, B], "it is still leaving");
            state.set(vec![(A, endpoint(1)), (B, endpoint(2))]);
            assert_eq!(state.statuses()[0].is_ready, has_succeeded);
            assert_eq!(state.due(60_000).len(), usize::from(!has_succeeded));
        }
    }

    #[test]
    fn a_server_is_left_alone_after_faults_in_a_row() {
        let mut state = state(4);
        let (fault, nonsense) = (failed(FailureKind::Server), failed(FailureKind::Malformed));
        for result in [&fault, &fault, &failed(FailureKind::Truncated), &fault, &nonsense] {
            state.report(&seat(A, 1), 0, result);
        }
        assert!(state.statuses()[0].is_ready);
        state.report(&seat(A, 1), 0, &nonsense);
        assert!(!state.statuses()[0].is_ready);
    }

    #[test]
    fn refusals_of_a_request_are_not_the_servers_fault() {
        for kind in [FailureKind::ContextTooLong, FailureKind::Rejected, FailureKind::Empty] {
            let mut state = state(4);
            (0..9).for_each(|_| state.report(&seat(A, 1), 0, &failed(kind)));
            assert_eq!(seats(&mut state, 8).len(), 8, "{kind}");
        }
    }
}
