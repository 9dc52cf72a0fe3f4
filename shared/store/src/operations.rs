//! The operations of the store by name, for whoever measures them: each is a span `db.<operation>`.

const OPERATIONS: &[&str] = &[
    "backup.copy",
    "backup.holders",
    "breakers.list",
    "breakers.set",
    "builds.get",
    "builds.list",
    "builds.register",
    "calls.last_of_node",
    "calls.of_candidate",
    "calls.of_node",
    "calls.usage",
    "candidates.approve",
    "candidates.count",
    "candidates.list",
    "candidates.mark_delivered",
    "candidates.reject",
    "candidates.release",
    "candidates.release_due",
    "candidates.release_engine_holds",
    "candidates.situation",
    "candidates.undo",
    "candidates.view",
    "canon.entries",
    "canon.publish",
    "canon.publish_entry",
    "canon.remove_entry",
    "canon.versions",
    "consent.history",
    "consent.ledger",
    "consent.of_contact",
    "consent.record",
    "documents.read",
    "documents.seed",
    "drafts.get",
    "drafts.recent",
    "events.after",
    "events.last",
    "events.newest",
    "facts.check",
    "facts.current",
    "facts.get",
    "facts.list",
    "facts.publish",
    "idempotency.abandon",
    "idempotency.begin",
    "idempotency.finish",
    "inbound.ingest",
    "jobs.advance",
    "jobs.cancel",
    "jobs.claim",
    "jobs.demand",
    "jobs.depth",
    "jobs.due",
    "jobs.get",
    "jobs.hand_back",
    "jobs.hold_waiting",
    "jobs.insert",
    "jobs.left_over",
    "jobs.list",
    "jobs.next_due_at",
    "jobs.pause",
    "jobs.paused_kinds",
    "jobs.renew",
    "jobs.replay",
    "jobs.rescue",
    "jobs.resume",
    "jobs.served",
    "jobs.unpark_judgements",
    "keys.by_hash",
    "keys.insert",
    "keys.list",
    "keys.revoke",
    "leases.acquire",
    "leases.check_epoch",
    "leases.get",
    "leases.release",
    "ledger.cost_of_live",
    "ledger.of_node",
    "ledger.replace",
    "ledger.spend",
    "ledger.spend_of_gone",
    "messages.list",
    "nodes.adopt",
    "nodes.boots",
    "nodes.get",
    "nodes.list",
    "nodes.live",
    "nodes.move",
    "nodes.note_destroy_attempt",
    "nodes.open",
    "nodes.provisions",
    "nodes.record_machine",
    "nodes.served_until",
    "nodes.serving",
    "nodes.unsettled",
    "overview.read",
    "playbooks.get",
    "playbooks.list",
    "playbooks.publish",
    "prompts.get",
    "retention.prune",
    "schema.check",
    "schema.migrate",
    "send.begin",
    "settings.change",
    "settings.read",
    "sinks.disable",
    "sinks.enable",
    "sinks.list",
    "threads.give_back",
    "threads.list",
    "threads.note_human_reply",
    "threads.set_mode",
    "threads.take_over",
    "threads.view",
    "workflows.challenge",
    "workflows.get",
    "workflows.labels",
    "workflows.list",
    "workflows.make_live",
    "workflows.publish",
];

/// Every operation, in the order of the alphabet.
#[must_use]
pub fn operations() -> Vec<&'static str> {
    OPERATIONS.to_vec()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn spans_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                spans_in(&path, found);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let names = text.split("name = \"db.").skip(1).map(|rest| rest.split('"').next().unwrap());
                found.extend(names.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_span_of_the_source_is_listed() {
        let mut found = BTreeSet::new();
        spans_in(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
        let listed: BTreeSet<String> = OPERATIONS.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(found, listed, "add it to OPERATIONS, or take it away");
    }
}
