//! What guests write in these tests: many conversations side by side, some in bursts.

/// One message as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inbound {
    pub(crate) id: String,
    pub(crate) thread: String,
    pub(crate) contact: String,
    pub(crate) text: String,
}

/// What the example's rules and templates answer; the last one with the confirmation that an opt-out is owed.
const ANSWERED: [&str; 3] = ["Hi! How much is a double room per night?", "What time is check-in?", "STOP"];
const BURST: [&str; 3] = ["Hello", "one more thing", "How much is a single room?"];
/// What no rule reads, and what a person must see in every mode.
const HELD: [&str; 2] = ["qwzx vbn", "he is outside my door and I'm scared, please help me"];

/// `conversations` threads: of every five, three with one message that is answered, one with a burst that is answered
/// once, one that is held. `name` keeps several loads of one test apart.
pub(crate) fn mixed(name: &str, conversations: usize) -> Vec<Inbound> {
    let mut load = Vec::new();
    for number in 0..conversations {
        let texts: &[&str] = match number % 5 {
            3 => &BURST,
            4 => &HELD[number / 5 % HELD.len()..][..1],
            question => &ANSWERED[question..=question],
        };
        load.extend(texts.iter().enumerate().map(|(turn, text)| inbound(name, number, turn, text)));
    }
    load
}

/// `conversations` threads with one message each, all of which are answered.
pub(crate) fn questions(name: &str, conversations: usize) -> Vec<Inbound> {
    (0..conversations).map(|number| question(name, number)).collect()
}

/// One message of a thread of its own, which is answered.
pub(crate) fn question(name: &str, number: usize) -> Inbound {
    inbound(name, number, 0, ANSWERED[number % ANSWERED.len()])
}

fn inbound(name: &str, number: usize, turn: usize, text: &str) -> Inbound {
    Inbound {
        id: format!("{name}-{number}-{turn}"),
        thread: format!("{name}-{number}"),
        contact: format!("guest-{name}-{number}@example.com"),
        text: text.to_owned(),
    }
}
