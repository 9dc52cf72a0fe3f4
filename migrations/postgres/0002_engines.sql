-- Model engines: machines and what they cost, calls and what was asked, workflows, and jobs that wait for an engine.
-- Only adds, so that the program before it goes on working.

-- The engine a job waits for, or last waited for.
ALTER TABLE jobs ADD COLUMN engine TEXT COLLATE "C";
-- When it was parked for that engine for the first time. What is claimed meanwhile and parked again for the same engine
-- waits on; another engine begins anew.
ALTER TABLE jobs ADD COLUMN waiting_since_ms BIGINT;
CREATE INDEX jobs_waiting ON jobs (engine, state, priority, run_at_ms, id)
    WHERE engine IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_served ON jobs (engine, finished_at_ms, id) WHERE engine IS NOT NULL AND state = 'succeeded';

ALTER TABLE drafts ADD COLUMN workflow_id TEXT COLLATE "C";
ALTER TABLE drafts ADD COLUMN workflow_version BIGINT;
ALTER TABLE drafts ADD COLUMN workflow_arm TEXT COLLATE "C";
ALTER TABLE drafts ADD COLUMN prompt_hash TEXT COLLATE "C";
ALTER TABLE drafts ADD COLUMN steps TEXT COLLATE "C";
ALTER TABLE drafts ADD COLUMN reasoning TEXT COLLATE "C";
ALTER TABLE drafts ADD COLUMN input_tokens BIGINT;
ALTER TABLE drafts ADD COLUMN output_tokens BIGINT;

CREATE INDEX drafts_by_model ON drafts (created_at_ms) WHERE author = 'engine' AND engine <> 'template';
CREATE INDEX candidates_sent ON candidates (settled_at_ms) WHERE state = 'sent';

ALTER TABLE decisions ADD COLUMN prompt_hash TEXT COLLATE "C";
ALTER TABLE decisions ADD COLUMN decided_by TEXT COLLATE "C" NOT NULL DEFAULT 'rules';

-- Every prompt as it was sent, under the hash of its text.
CREATE TABLE prompts (
    hash TEXT COLLATE "C" PRIMARY KEY,
    body TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE workflows (
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (id, version)
);
CREATE UNIQUE INDEX workflows_by_content ON workflows (id, content_hash);

-- The revision rises with every change of any label, so that one number tells one state of them from another.
CREATE TABLE workflow_labels (
    workflow_id TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    share_permille BIGINT,
    engine TEXT COLLATE "C",
    revision BIGINT NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (workflow_id, label)
);

-- Where the weights come from, for whoever has to fetch them.
ALTER TABLE engine_builds ADD COLUMN weights_source TEXT COLLATE "C";

-- Every machine that was ever asked for. The row is there before the machine is.
CREATE TABLE nodes (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    size TEXT COLLATE "C" NOT NULL,
    phase TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    machine_ref TEXT COLLATE "C",
    base_url TEXT COLLATE "C",
    api_key TEXT COLLATE "C",
    price_microusd_per_hour BIGINT NOT NULL,
    granularity_ms BIGINT NOT NULL,
    minimum_ms BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    error TEXT COLLATE "C",
    created_at_ms BIGINT NOT NULL,
    boot_deadline_ms BIGINT,
    phase_at_ms BIGINT NOT NULL,
    billed_from_ms BIGINT,
    booting_at_ms BIGINT,
    warming_at_ms BIGINT,
    ready_at_ms BIGINT,
    draining_at_ms BIGINT,
    destroying_at_ms BIGINT,
    gone_at_ms BIGINT,
    failed_probes BIGINT NOT NULL,
    destroy_attempts BIGINT NOT NULL,
    metered_until_ms BIGINT,
    settled BOOLEAN NOT NULL
);
CREATE INDEX nodes_live ON nodes (id) WHERE phase <> 'gone';
CREATE INDEX nodes_unsettled ON nodes (gone_at_ms) WHERE phase = 'gone' AND NOT settled;
CREATE INDEX nodes_by_creation ON nodes (created_at_ms);

CREATE TABLE node_intervals (
    node_id TEXT COLLATE "C" NOT NULL REFERENCES nodes (id),
    from_ms BIGINT NOT NULL,
    to_ms BIGINT NOT NULL,
    phase TEXT COLLATE "C" NOT NULL,
    cost_microusd BIGINT NOT NULL,
    PRIMARY KEY (node_id, from_ms)
);
CREATE INDEX node_intervals_by_end ON node_intervals (to_ms);

-- Every call of a model. Its node and job are not referenced: calls are kept for good, finished jobs are not, and a call
-- that was made is kept whatever is known of its machine.
CREATE TABLE engine_calls (
    id TEXT COLLATE "C" PRIMARY KEY,
    node_id TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    candidate_id TEXT COLLATE "C",
    draft_id TEXT COLLATE "C",
    task TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    prompt_hash TEXT COLLATE "C",
    outcome TEXT COLLATE "C" NOT NULL,
    input_tokens BIGINT NOT NULL,
    cached_input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    started_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT NOT NULL,
    busy_microusd BIGINT,
    overhead_microusd BIGINT
);
CREATE INDEX engine_calls_by_node ON engine_calls (node_id, ended_at_ms);
CREATE INDEX engine_calls_by_end ON engine_calls (ended_at_ms);
CREATE INDEX engine_calls_by_candidate ON engine_calls (candidate_id) WHERE candidate_id IS NOT NULL;
CREATE INDEX engine_calls_by_draft ON engine_calls (draft_id) WHERE draft_id IS NOT NULL;

-- What is not tried for a while, such as a size that a region has none of.
CREATE TABLE breakers (
    name TEXT COLLATE "C" PRIMARY KEY,
    blocked_until_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    changed_at_ms BIGINT NOT NULL
);
