SELECT id, candidate_id, author, engine, template_key, template_version, facts_version, body, verdict, origin, judgement, created_at_ms, workflow_id, workflow_version, workflow_arm, prompt_hash, steps, reasoning, input_tokens, output_tokens,
       (SELECT CAST(sum(calls.busy_microusd + COALESCE(calls.overhead_microusd, 0)) AS BIGINT)
        FROM engine_calls AS calls WHERE calls.draft_id = drafts.id) AS cost_microusd
FROM drafts WHERE id = $1
