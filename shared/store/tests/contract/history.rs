//! Random histories: what messages, workers, operators and time may do, in any order.

use proptest::{prelude::*, sample::select};
use prospector_domain::{job::JobKind, mode::Mode};

use crate::machines::{Command, command};

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// New messages on these threads, in one batch.
    Say(Vec<(usize, &'static str)>),
    /// A message that was said before, once more.
    Repeat(prop::sample::Index),
    /// Time goes by, in milliseconds.
    Pass(i64),
    /// A worker claims up to so many due jobs of a kind, and this becomes of them, in turn.
    Work(JobKind, usize, Vec<Fate>),
    /// Single jobs are asked for.
    Enqueue(usize),
    /// Leases that ran out are taken away.
    Rescue,
    /// Holds that ended are let go.
    Release,
    /// An operator does something to a candidate, or to its thread.
    Operate(Deed, prop::sample::Index),
    /// An operator does something to a job.
    Control(bool, prop::sample::Index),
    /// The global mode changes.
    Mode(Mode),
    /// Workers take jobs of a kind again, or no more.
    Pause(JobKind, bool),
    /// The price of the double room changes.
    Price(u32),
    /// The sink goes away, or comes back.
    Sink(bool),
    /// A contact's consent is noted by hand.
    Consent(usize, bool),
    /// What is old is let go of.
    Prune,
    /// What has waited for an engine since this long ago, in milliseconds, is given up.
    GiveUp(i64),
    /// An engine can be reached again.
    EngineBack,
    /// One of two leaders does something to a machine.
    Machine(usize, Command),
}

/// What becomes of a claimed job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// What should.
    Done,
    /// It is held, for a reason that waits for a human.
    Held,
    /// It is held for a while.
    HeldForAWhile,
    /// It failed and is tried again.
    Retried,
    /// It failed for good.
    Dead,
    /// The worker hands it back.
    HandedBack,
    /// The worker vanishes.
    Vanished,
    /// It waits for an engine.
    Waits,
}

/// What an operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Approve,
    Edit,
    EditWrongly,
    Reject,
    Undo,
    Release,
    MarkDelivered,
    TakeOver,
    GiveBack,
    HumanReply,
    PauseThread,
    ClearThreadMode,
}

const TEXTS: [&str; 5] =
    ["Do you have a room?", "For two, please", "STOP", "START", "Is breakfast included?"];
const KINDS: [JobKind; 4] = [JobKind::Classify, JobKind::Draft, JobKind::Dispatch, JobKind::Probe];
const DEEDS: [Deed; 12] = [
    Deed::Approve,
    Deed::Edit,
    Deed::EditWrongly,
    Deed::Reject,
    Deed::Undo,
    Deed::Release,
    Deed::MarkDelivered,
    Deed::TakeOver,
    Deed::GiveBack,
    Deed::HumanReply,
    Deed::PauseThread,
    Deed::ClearThreadMode,
];
/// Most often things go well, so that histories come far.
const FATES: [Fate; 13] = [
    Fate::Done,
    Fate::Done,
    Fate::Done,
    Fate::Done,
    Fate::Done,
    Fate::Held,
    Fate::HeldForAWhile,
    Fate::Retried,
    Fate::Dead,
    Fate::HandedBack,
    Fate::Vanished,
    Fate::Waits,
    Fate::Waits,
];
/// Moments that matter: within a burst, at its end, the end of a lease, of an hour, of a day, of a week.
const WAITS_MS: [i64; 7] = [1, 500, 8_000, 30_001, 3_600_001, 86_400_001, 604_800_001];

pub(crate) fn act() -> impl Strategy<Value = Act> {
    let say = prop::collection::vec((0..3_usize, select(&TEXTS[..])), 1..4);
    let fates = prop::collection::vec(select(&FATES[..]), 1..5);
    let index = any::<prop::sample::Index>;
    prop_oneof![
        8 => say.prop_map(Act::Say),
        1 => index().prop_map(Act::Repeat),
        8 => select(&WAITS_MS[..5]).prop_map(Act::Pass),
        1 => select(&WAITS_MS[5..]).prop_map(Act::Pass),
        24 => (select(&KINDS[..]), 1..4_usize, fates).prop_map(|(kind, most, fates)| Act::Work(kind, most, fates)),
        2 => (1..4_usize).prop_map(Act::Enqueue),
        3 => Just(Act::Rescue),
        3 => Just(Act::Release),
        8 => (select(&DEEDS[..]), index()).prop_map(|(deed, index)| Act::Operate(deed, index)),
        2 => (any::<bool>(), index()).prop_map(|(cancel, index)| Act::Control(cancel, index)),
        3 => select(&[Mode::Go, Mode::Go, Mode::Draft, Mode::Pause][..]).prop_map(Act::Mode),
        1 => (select(&KINDS[..]), any::<bool>()).prop_map(|(kind, paused)| Act::Pause(kind, paused)),
        1 => (88..93_u32).prop_map(Act::Price),
        1 => any::<bool>().prop_map(Act::Sink),
        1 => (0..3_usize, any::<bool>()).prop_map(|(contact, opted_out)| Act::Consent(contact, opted_out)),
        1 => Just(Act::Prune),
        2 => select(&WAITS_MS[..4]).prop_map(Act::GiveUp),
        2 => Just(Act::EngineBack),
        6 => (0..2_usize, command()).prop_map(|(leader, command)| Act::Machine(leader, command)),
    ]
}
