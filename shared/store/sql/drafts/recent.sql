-- Ids are in the order of time.
SELECT id, candidate_id, author, engine, template_key, template_version, facts_version, body, verdict, origin, judgement, created_at_ms, workflow_id, workflow_version, workflow_arm, prompt_hash, steps, reasoning, input_tokens, output_tokens,
       CAST(NULL AS BIGINT) AS cost_microusd
FROM drafts ORDER BY id DESC LIMIT $1
