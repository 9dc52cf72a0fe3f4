//! The registry of SQL statements. Each is a file under `sql/`, named after its verb; the few that must differ between
//! the two databases are a pair of files, which say why in their first line. A test prepares every one on both.

/// One statement, in the words of each database.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// Its path under `sql/`, without ending; also the name in error messages.
    pub name: &'static str,
    /// For Postgres.
    pub postgres: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
}

/// Declares statements as constants and lists them all in [`ALL`].
macro_rules! statements {
    ($(
        $module:ident {
            $($name:ident = $path:literal $($split:ident)?;)*
        }
    )+) => {
        $(pub(crate) mod $module {
            use super::Statement;
            $(pub(crate) const $name: Statement = statements!(@one $path $($split)?);)*
        })+
        /// Every statement the store uses.
        pub const ALL: &[Statement] = &[$($($module::$name,)*)+];
    };
    (@one $path:literal) => {
        Statement {
            name: $path,
            postgres: include_str!(concat!("../sql/", $path, ".sql")),
            sqlite: include_str!(concat!("../sql/", $path, ".sql")),
        }
    };
    (@one $path:literal split) => {
        Statement {
            name: $path,
            postgres: include_str!(concat!("../sql/", $path, ".postgres.sql")),
            sqlite: include_str!(concat!("../sql/", $path, ".sqlite.sql")),
        }
    };
}

statements! {
    schema {
        APPLIED = "schema/applied";
        CONTRACTED = "schema/contracted";
        MIGRATED = "schema/migrated" split;
        PING = "schema/ping";
    }
    jobs {
        BACKLOG = "jobs/backlog";
        CANCEL = "jobs/cancel";
        CANCEL_OF_CANDIDATE = "jobs/cancel_of_candidate";
        CLAIM = "jobs/claim" split;
        COUNT_DEAD = "jobs/count_dead";
        COUNT_FINISHED = "jobs/count_finished";
        COUNT_PARKED = "jobs/count_parked";
        DEMAND = "jobs/demand";
        DEMAND_TOTAL = "jobs/demand_total";
        DEPTH = "jobs/depth";
        DUE = "jobs/due";
        EXPIRED = "jobs/expired";
        FINISH = "jobs/finish";
        GET = "jobs/get";
        GIVE_UP = "jobs/give_up";
        HAND_BACK = "jobs/hand_back";
        HELD = "jobs/held" split;
        HELD_ID = "jobs/held_id";
        INSERT = "jobs/insert" split;
        LEASED = "jobs/leased";
        LEFT_OVER = "jobs/left_over";
        LIST = "jobs/list";
        NEXT_DUE_AT = "jobs/next_due_at";
        NEXT_OF_THREAD = "jobs/next_of_thread";
        PARKED = "jobs/parked" split;
        PARKED_BEFORE = "jobs/parked_before";
        PAUSE = "jobs/pause";
        PAUSED = "jobs/paused";
        PRUNE = "jobs/prune";
        PRUNE_DEAD = "jobs/prune_dead";
        RENEW = "jobs/renew" split;
        REPLAY = "jobs/replay";
        RESUME = "jobs/resume";
        RETRY = "jobs/retry";
        SERVED = "jobs/served";
        STILL_HELD = "jobs/still_held" split;
        SUCCEED = "jobs/succeed" split;
        SUCCEED_ONE = "jobs/succeed_one";
        UNPARK_JUDGEMENTS = "jobs/unpark_judgements";
        WAIT = "jobs/wait";
    }
    threads {
        GET = "threads/get";
        KNOWN = "threads/known" split;
        LIST = "threads/list";
        LOCK = "threads/lock";
        RECEIVE = "threads/receive";
        UPDATE = "threads/update";
    }
    messages {
        INSERT = "messages/insert";
        KNOWN = "messages/known";
        OF_BURST = "messages/of_burst";
        OF_THREAD = "messages/of_thread";
        OUTBOUND_SINCE = "messages/outbound_since";
    }
    candidates {
        ANSWER_FROM = "candidates/answer_from";
        COUNT_BY_STATE = "candidates/count_by_state";
        COUNT_ENDED = "candidates/count_ended";
        COUNT_HELD = "candidates/count_held";
        COUNT_OPEN = "candidates/count_open";
        GET = "candidates/get";
        HELD_FOR_ENGINE = "candidates/held_for_engine";
        INSERT = "candidates/insert";
        LIST = "candidates/list";
        LIVE = "candidates/live";
        RELEASE_PAUSED = "candidates/release_paused";
        RELEASE_UNSERVED = "candidates/release_unserved";
        TO_RELEASE = "candidates/to_release";
        UPDATE = "candidates/update";
    }
    drafts {
        GET = "drafts/get";
        INSERT = "drafts/insert";
        JUDGE = "drafts/judge";
        OF_CANDIDATE = "drafts/of_candidate";
        RECENT = "drafts/recent";
    }
    decisions {
        INSERT = "decisions/insert";
        OF_CANDIDATE = "decisions/of_candidate";
    }
    intents {
        MARK = "intents/mark";
        OF_CANDIDATE = "intents/of_candidate";
        OPEN = "intents/open";
    }
    events {
        AFTER = "events/after";
        AFTER_OF_THREAD = "events/after_of_thread";
        INSERT = "events/insert";
        LAST = "events/last";
        NEWEST = "events/newest";
        PRUNE = "events/prune";
    }
    consent {
        LAST = "consent/last";
        LEDGER = "consent/ledger";
        OF_CONTACT = "consent/of_contact";
        RECORD = "consent/record";
    }
    settings {
        ALL = "settings/all";
        CLEAR = "settings/clear";
        HOLD_STILL = "settings/hold_still" split;
        LOCK = "settings/lock";
        SET = "settings/set";
    }
    sinks {
        GET = "sinks/get";
        LIST = "sinks/list";
        SET = "sinks/set";
    }
    facts {
        GET = "facts/get";
        INSERT = "facts/insert";
        LIST = "facts/list";
        NEWEST = "facts/newest";
    }
    playbooks {
        GET = "playbooks/get";
        INSERT = "playbooks/insert";
        LIST = "playbooks/list";
        NEWEST = "playbooks/newest";
    }
    templates {
        INSERT = "templates/insert";
        NEWEST = "templates/newest";
        VERSIONS = "templates/versions";
    }
    documents {
        VERSIONS = "documents/versions";
    }
    builds {
        GET = "builds/get";
        INSERT = "builds/insert";
        LIST = "builds/list";
    }
    keys {
        BY_HASH = "keys/by_hash";
        GET = "keys/get";
        INSERT = "keys/insert";
        LIST = "keys/list";
        REVOKE = "keys/revoke";
    }
    nodes {
        ADD = "nodes/add";
        BOOTS = "nodes/boots";
        GET = "nodes/get";
        HOLD_STILL = "nodes/hold_still" split;
        LIST = "nodes/list";
        LIVE = "nodes/live";
        LOCK = "nodes/lock" split;
        PROVISIONS = "nodes/provisions";
        SERVED_UNTIL = "nodes/served_until";
        SERVING = "nodes/serving";
        UNSETTLED = "nodes/unsettled";
        UNSETTLE = "nodes/unsettle";
        UPDATE = "nodes/update";
    }
    calls {
        INSERT = "calls/insert";
        OF_CANDIDATE = "calls/of_candidate";
        LAST_OF_NODE = "calls/last_of_node";
        OF_NODE = "calls/of_node";
        SHARE = "calls/share";
        UNBORNE_OF_NODE = "calls/unborne_of_node";
        USAGE = "calls/usage";
    }
    prompts {
        GET = "prompts/get";
        INSERT = "prompts/insert";
    }
    ledger {
        CLEAR = "ledger/clear";
        COST_OF_LIVE = "ledger/cost_of_live";
        INSERT = "ledger/insert";
        LAST = "ledger/last";
        OF_NODE = "ledger/of_node";
        SPEND = "ledger/spend";
        SPEND_OF_GONE = "ledger/spend_of_gone";
    }
    workflows {
        BY_CONTENT = "workflows/by_content";
        GET = "workflows/get";
        INSERT = "workflows/insert";
        LABEL = "workflows/label";
        LABELLED = "workflows/labelled";
        LABELS = "workflows/labels";
        LIST = "workflows/list";
        NEWEST = "workflows/newest";
    }
    breakers {
        ALL = "breakers/all";
        SET = "breakers/set";
    }
    idempotency {
        ABANDON = "idempotency/abandon";
        FINISH = "idempotency/finish";
        GET = "idempotency/get";
        INSERT = "idempotency/insert";
        PRUNE = "idempotency/prune";
        TAKE_OVER = "idempotency/take_over";
    }
    leases {
        ACQUIRE = "leases/acquire";
        GET = "leases/get";
        HOLD_STILL = "leases/hold_still" split;
        RELEASE = "leases/release";
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// Paths of all files under `sql/`.
    fn files() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql");
        let mut files = Vec::new();
        for folder in fs::read_dir(&root).unwrap() {
            for file in fs::read_dir(folder.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                files.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
        files
    }

    #[test]
    fn every_file_is_registered_and_every_name_once() {
        let mut registered = BTreeSet::new();
        for statement in ALL {
            let name = statement.name;
            if statement.postgres == statement.sqlite {
                assert!(registered.insert(format!("{name}.sql")), "{name} is registered twice");
            } else {
                assert!(registered.insert(format!("{name}.postgres.sql")), "{name} is registered twice");
                assert!(registered.insert(format!("{name}.sqlite.sql")), "{name} is registered twice");
            }
        }
        let found: BTreeSet<String> = files().into_iter().collect();
        assert_eq!(found, registered, "left: files under sql/; right: what statement.rs registers");
    }

    #[test]
    fn a_split_statement_says_why() {
        for statement in ALL.iter().filter(|statement| statement.postgres != statement.sqlite) {
            for text in [statement.postgres, statement.sqlite] {
                assert!(text.starts_with("-- Split: "), "{} does not say why it is split", statement.name);
            }
        }
    }
}
