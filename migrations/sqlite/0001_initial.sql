-- The twin of the Postgres file of the same name: same tables, same columns; a test compares them. SQLite sorts text by
-- byte already. AUTOINCREMENT keeps the trail's numbers from being used again after pruning.

CREATE TABLE threads (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    contact TEXT NOT NULL,
    channel TEXT NOT NULL,
    zone TEXT,
    archetype TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    mode TEXT,
    sticky_hold TEXT,
    last_inbound_at_ms BIGINT,
    last_outbound_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX threads_by_source ON threads (source, external_id);
CREATE INDEX threads_by_contact ON threads (contact);

CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    thread_id TEXT NOT NULL REFERENCES threads (id),
    direction TEXT NOT NULL,
    author TEXT NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    text TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    revision BIGINT NOT NULL,
    candidate_id TEXT,
    received_at_ms BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX messages_by_source ON messages (source, external_id);
CREATE INDEX messages_by_thread ON messages (thread_id, revision);
CREATE INDEX messages_outbound ON messages (thread_id, created_at_ms) WHERE direction = 'outbound';

CREATE TABLE candidates (
    id TEXT PRIMARY KEY,
    thread_id TEXT NOT NULL REFERENCES threads (id),
    message_id TEXT NOT NULL REFERENCES messages (id),
    revision BIGINT NOT NULL,
    burst_from_revision BIGINT NOT NULL,
    burst_started_at_ms BIGINT NOT NULL,
    state TEXT NOT NULL,
    intent TEXT,
    template_key TEXT,
    hold_reason TEXT,
    hold_detail TEXT,
    release_at_ms BIGINT,
    draft_id TEXT,
    approved_by TEXT,
    traceparent TEXT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    settled_at_ms BIGINT
);
-- SPEC 23: one live candidate per thread, kept by the database itself.
CREATE UNIQUE INDEX candidates_one_live ON candidates (thread_id)
    WHERE state IN ('classifying', 'drafting', 'pending_review', 'held', 'scheduled');
CREATE INDEX candidates_by_thread ON candidates (thread_id, revision);
CREATE INDEX candidates_by_message ON candidates (message_id);
CREATE INDEX candidates_by_state ON candidates (state, id);
CREATE INDEX candidates_to_release ON candidates (release_at_ms) WHERE state = 'held' AND release_at_ms IS NOT NULL;

CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    candidate_id TEXT NOT NULL REFERENCES candidates (id),
    author TEXT NOT NULL,
    engine TEXT NOT NULL,
    template_key TEXT,
    template_version BIGINT,
    facts_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    clean BOOLEAN NOT NULL,
    verdict TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX drafts_by_candidate ON drafts (candidate_id, id);

CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    candidate_id TEXT NOT NULL REFERENCES candidates (id),
    engine TEXT NOT NULL,
    playbook_version BIGINT NOT NULL,
    rule TEXT NOT NULL,
    action TEXT NOT NULL,
    classification TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX decisions_by_candidate ON decisions (candidate_id, id);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    thread_id TEXT,
    candidate_id TEXT,
    priority BIGINT NOT NULL,
    run_at_ms BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_ms BIGINT,
    payload TEXT NOT NULL,
    result TEXT,
    errors TEXT NOT NULL,
    callback TEXT,
    created_by TEXT,
    traceparent TEXT,
    created_at_ms BIGINT NOT NULL,
    started_at_ms BIGINT,
    finished_at_ms BIGINT
);
-- What may run, in the order in which it should.
CREATE INDEX jobs_ready ON jobs (kind, priority, run_at_ms, id) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_until_ms) WHERE state = 'running';
CREATE INDEX jobs_of_thread ON jobs (thread_id, id) WHERE thread_id IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_of_candidate ON jobs (candidate_id) WHERE candidate_id IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';
CREATE INDEX jobs_finished ON jobs (finished_at_ms) WHERE finished_at_ms IS NOT NULL;

CREATE TABLE queue_controls (
    kind TEXT PRIMARY KEY,
    paused BOOLEAN NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL
);

CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    thread_id TEXT,
    candidate_id TEXT,
    job_id TEXT,
    data TEXT NOT NULL
);
CREATE INDEX events_by_thread ON events (thread_id, seq) WHERE thread_id IS NOT NULL;

CREATE TABLE templates (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    removed BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, name, version)
);

CREATE TABLE playbooks (
    version BIGINT PRIMARY KEY,
    body TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE facts (
    version BIGINT PRIMARY KEY,
    body TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE engine_builds (
    engine TEXT PRIMARY KEY,
    served_model_name TEXT NOT NULL,
    weights_digest TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL
);

CREATE TABLE opt_outs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    contact TEXT NOT NULL,
    channel TEXT NOT NULL,
    opted_out BOOLEAN NOT NULL,
    recorded_by TEXT NOT NULL,
    message_id TEXT,
    at_ms BIGINT NOT NULL
);
CREATE INDEX opt_outs_by_contact ON opt_outs (contact, seq);

CREATE TABLE send_intents (
    id TEXT PRIMARY KEY,
    candidate_id TEXT NOT NULL REFERENCES candidates (id),
    draft_id TEXT NOT NULL REFERENCES drafts (id),
    sink TEXT,
    state TEXT NOT NULL,
    not_before_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    last_status BIGINT,
    last_error TEXT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    delivered_at_ms BIGINT
);
CREATE UNIQUE INDEX send_intents_by_candidate ON send_intents (candidate_id);

CREATE TABLE sinks (
    name TEXT PRIMARY KEY,
    disabled_at_ms BIGINT,
    reason TEXT
);

CREATE TABLE idempotency_keys (
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    subject TEXT NOT NULL,
    response_status BIGINT,
    response_body TEXT,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at_ms);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    revoked_at_ms BIGINT
);
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (secret_hash);

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- A new installation drafts and waits for a human. The row of the mode also serves as the lock of all settings.
INSERT INTO settings (name, value, changed_by, changed_at_ms) VALUES ('mode', 'draft', 'install', 0);
INSERT INTO settings (name, value, changed_by, changed_at_ms) VALUES ('draft_engine', 'template', 'install', 0);
