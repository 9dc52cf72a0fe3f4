//! What must hold between any two transactions, as queries for what breaks it.

use crate::dump::Raw;

/// A name, and a query whose rows name the offenders.
type Invariant = (&'static str, &'static str);

const UNFINISHED: &str = "state IN ('queued', 'running')";

const INVARIANTS: &[Invariant] = &[
    (
        "I1: every inbound message has its candidate",
        "SELECT m.id FROM messages AS m WHERE m.direction = 'inbound'
           AND NOT EXISTS (SELECT 1 FROM candidates AS c WHERE c.id = m.candidate_id AND c.message_id = m.id)",
    ),
    (
        "I1: what has not come to rest has exactly one job",
        "SELECT c.id FROM candidates AS c WHERE c.state IN ('classifying', 'drafting', 'scheduled', 'sending')
           AND (SELECT count(*) FROM jobs AS j WHERE j.candidate_id = c.id AND j.{unfinished}) <> 1",
    ),
    (
        "what has come to rest has no job left",
        "SELECT c.id FROM candidates AS c
         WHERE c.state IN ('pending_review', 'held', 'sent', 'superseded', 'rejected')
           AND EXISTS (SELECT 1 FROM jobs AS j WHERE j.candidate_id = c.id AND j.{unfinished})",
    ),
    (
        "what has come to rest says when, and only that",
        "SELECT c.id FROM candidates AS c
         WHERE (c.state IN ('pending_review', 'held', 'sent', 'superseded', 'rejected')) <> (c.settled_at_ms IS NOT NULL)",
    ),
    (
        "what is held says why, and only that",
        "SELECT c.id FROM candidates AS c WHERE (c.state = 'held') <> (c.hold_reason IS NOT NULL)",
    ),
    (
        "I2: what was sent was delivered, and is in the thread once under its webhook id",
        "SELECT c.id FROM candidates AS c WHERE c.state = 'sent' AND 1 <> (
           SELECT count(*) FROM send_intents AS i JOIN messages AS m ON m.external_id = i.id AND m.direction = 'outbound'
           WHERE i.candidate_id = c.id AND i.state = 'delivered' AND i.delivered_at_ms IS NOT NULL)",
    ),
    (
        "an intent follows its candidate",
        "SELECT c.id FROM candidates AS c JOIN send_intents AS i ON i.candidate_id = c.id
         WHERE (i.state = 'delivered') <> (c.state = 'sent') OR (i.state = 'sending') <> (c.state = 'sending')
            OR (i.state = 'pending') <> (c.state = 'scheduled')",
    ),
    (
        "what goes out has an intent",
        "SELECT c.id FROM candidates AS c WHERE c.state IN ('scheduled', 'sending', 'sent')
           AND NOT EXISTS (SELECT 1 FROM send_intents AS i WHERE i.candidate_id = c.id AND i.draft_id = c.draft_id)",
    ),
    (
        "I3: only drafts that passed the gate wait, go out or went out",
        "SELECT c.id FROM candidates AS c JOIN drafts AS d ON d.id = c.draft_id
         WHERE c.state IN ('pending_review', 'scheduled', 'sending', 'sent') AND NOT d.clean",
    ),
    (
        "I4: what waits to go out was written for the newest revision",
        "SELECT c.id FROM candidates AS c JOIN threads AS t ON t.id = c.thread_id
         WHERE c.state IN ('classifying', 'drafting', 'pending_review', 'held', 'scheduled') AND c.revision <> t.revision",
    ),
    (
        "I5: a running job has a lease, and nothing else has",
        "SELECT j.id FROM jobs AS j WHERE (j.state = 'running') <> (j.lease_until_ms IS NOT NULL)
            OR (j.lease_until_ms IS NULL) <> (j.lease_owner IS NULL)",
    ),
    (
        "a finished job says when, and only that",
        "SELECT j.id FROM jobs AS j WHERE (j.{unfinished}) = (j.finished_at_ms IS NOT NULL)",
    ),
    ("no job has more attempts than it may", "SELECT j.id FROM jobs AS j WHERE j.attempt > j.max_attempts OR j.attempt < 0"),
    (
        "I6: a machine's intervals follow one another",
        "SELECT a.node_id FROM node_intervals AS a JOIN node_intervals AS b ON b.node_id = a.node_id
         WHERE a.from_ms < b.from_ms AND a.to_ms > b.from_ms",
    ),
    (
        "a machine is gone and says when, or neither, and only what is gone is settled",
        "SELECT n.id FROM nodes AS n WHERE (n.phase = 'gone') <> (n.gone_at_ms IS NOT NULL) OR (n.settled AND n.phase <> 'gone')",
    ),
    (
        "a revision counts what came in and what humans wrote",
        "SELECT t.id FROM threads AS t WHERE t.revision <> (
           SELECT count(*) FROM messages AS m
           WHERE m.thread_id = t.id AND (m.direction = 'inbound' OR m.external_id LIKE 'human:%'))",
    ),
];

/// Everything that is broken, with its offenders.
pub(crate) async fn broken(raw: &mut Raw) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, query) in INVARIANTS {
        let offenders = raw.texts(query.replace("{unfinished}", UNFINISHED)).await;
        if !offenders.is_empty() {
            broken.push(format!("{name}: {offenders:?}"));
        }
    }
    broken
}
