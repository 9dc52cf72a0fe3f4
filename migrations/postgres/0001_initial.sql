-- Text ids sort by byte, as SQLite sorts them, hence COLLATE "C". Times are UTC milliseconds. JSON is TEXT; what is
-- queried has a column of its own. The SQLite twin of this file has the same tables and columns; a test compares them.

CREATE TABLE threads (
    id TEXT COLLATE "C" PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    contact TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    zone TEXT COLLATE "C",
    archetype TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    mode TEXT COLLATE "C",
    sticky_hold TEXT COLLATE "C",
    last_inbound_at_ms BIGINT,
    last_outbound_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX threads_by_source ON threads (source, external_id);
CREATE INDEX threads_by_contact ON threads (contact);

CREATE TABLE messages (
    id TEXT COLLATE "C" PRIMARY KEY,
    thread_id TEXT COLLATE "C" NOT NULL REFERENCES threads (id),
    direction TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    text_hash TEXT COLLATE "C" NOT NULL,
    payload_hash TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    candidate_id TEXT COLLATE "C",
    received_at_ms BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX messages_by_source ON messages (source, external_id);
CREATE INDEX messages_by_thread ON messages (thread_id, revision);
CREATE INDEX messages_outbound ON messages (thread_id, created_at_ms) WHERE direction = 'outbound';

CREATE TABLE candidates (
    id TEXT COLLATE "C" PRIMARY KEY,
    thread_id TEXT COLLATE "C" NOT NULL REFERENCES threads (id),
    message_id TEXT COLLATE "C" NOT NULL REFERENCES messages (id),
    revision BIGINT NOT NULL,
    burst_from_revision BIGINT NOT NULL,
    burst_started_at_ms BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    intent TEXT COLLATE "C",
    template_key TEXT COLLATE "C",
    hold_reason TEXT COLLATE "C",
    hold_detail TEXT COLLATE "C",
    release_at_ms BIGINT,
    draft_id TEXT COLLATE "C",
    approved_by TEXT COLLATE "C",
    traceparent TEXT COLLATE "C",
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
    id TEXT COLLATE "C" PRIMARY KEY,
    candidate_id TEXT COLLATE "C" NOT NULL REFERENCES candidates (id),
    author TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    template_key TEXT COLLATE "C",
    template_version BIGINT,
    facts_version BIGINT NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    clean BOOLEAN NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX drafts_by_candidate ON drafts (candidate_id, id);

CREATE TABLE decisions (
    id TEXT COLLATE "C" PRIMARY KEY,
    candidate_id TEXT COLLATE "C" NOT NULL REFERENCES candidates (id),
    engine TEXT COLLATE "C" NOT NULL,
    playbook_version BIGINT NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    classification TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL
);
CREATE INDEX decisions_by_candidate ON decisions (candidate_id, id);

CREATE TABLE jobs (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    thread_id TEXT COLLATE "C",
    candidate_id TEXT COLLATE "C",
    priority BIGINT NOT NULL,
    run_at_ms BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    lease_owner TEXT COLLATE "C",
    lease_until_ms BIGINT,
    payload TEXT COLLATE "C" NOT NULL,
    result TEXT COLLATE "C",
    errors TEXT COLLATE "C" NOT NULL,
    callback TEXT COLLATE "C",
    created_by TEXT COLLATE "C",
    traceparent TEXT COLLATE "C",
    created_at_ms BIGINT NOT NULL,
    started_at_ms BIGINT,
    finished_at_ms BIGINT
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);
-- What may run, in the order in which it should.
CREATE INDEX jobs_ready ON jobs (kind, priority, run_at_ms, id) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_until_ms) WHERE state = 'running';
CREATE INDEX jobs_of_thread ON jobs (thread_id, id) WHERE thread_id IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_of_candidate ON jobs (candidate_id) WHERE candidate_id IS NOT NULL;
CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';
CREATE INDEX jobs_finished ON jobs (finished_at_ms) WHERE finished_at_ms IS NOT NULL;

CREATE TABLE queue_controls (
    kind TEXT COLLATE "C" PRIMARY KEY,
    paused BOOLEAN NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at_ms BIGINT NOT NULL
);

CREATE TABLE events (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    thread_id TEXT COLLATE "C",
    candidate_id TEXT COLLATE "C",
    job_id TEXT COLLATE "C",
    data TEXT COLLATE "C" NOT NULL
);
CREATE INDEX events_by_thread ON events (thread_id, seq) WHERE thread_id IS NOT NULL;

CREATE TABLE templates (
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    removed BOOLEAN NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, name, version)
);

CREATE TABLE playbooks (
    version BIGINT PRIMARY KEY,
    body TEXT COLLATE "C" NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE facts (
    version BIGINT PRIMARY KEY,
    body TEXT COLLATE "C" NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE engine_builds (
    engine TEXT COLLATE "C" PRIMARY KEY,
    served_model_name TEXT COLLATE "C" NOT NULL,
    weights_digest TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE settings (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at_ms BIGINT NOT NULL
);

CREATE TABLE opt_outs (
    seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    contact TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    opted_out BOOLEAN NOT NULL,
    recorded_by TEXT COLLATE "C" NOT NULL,
    message_id TEXT COLLATE "C",
    at_ms BIGINT NOT NULL
);
CREATE INDEX opt_outs_by_contact ON opt_outs (contact, seq);

CREATE TABLE send_intents (
    id TEXT COLLATE "C" PRIMARY KEY,
    candidate_id TEXT COLLATE "C" NOT NULL REFERENCES candidates (id),
    draft_id TEXT COLLATE "C" NOT NULL REFERENCES drafts (id),
    sink TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL,
    not_before_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    last_status BIGINT,
    last_error TEXT COLLATE "C",
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    delivered_at_ms BIGINT
);
CREATE UNIQUE INDEX send_intents_by_candidate ON send_intents (candidate_id);

CREATE TABLE sinks (
    name TEXT COLLATE "C" PRIMARY KEY,
    disabled_at_ms BIGINT,
    reason TEXT COLLATE "C"
);

CREATE TABLE idempotency_keys (
    scope TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL,
    request_hash TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    response_status BIGINT,
    response_body TEXT COLLATE "C",
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at_ms);

CREATE TABLE api_keys (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    secret_hash TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT,
    revoked_at_ms BIGINT
);
CREATE UNIQUE INDEX api_keys_by_hash ON api_keys (secret_hash);

CREATE TABLE leases (
    name TEXT COLLATE "C" PRIMARY KEY,
    owner TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- A new installation drafts and waits for a human. The row of the mode also serves as the lock of all settings.
INSERT INTO settings (name, value, changed_by, changed_at_ms) VALUES ('mode', 'draft', 'install', 0);
INSERT INTO settings (name, value, changed_by, changed_at_ms) VALUES ('draft_engine', 'template', 'install', 0);
