SELECT id, node_id, job_id, candidate_id, draft_id, task, engine, prompt_hash, outcome, input_tokens, cached_input_tokens,
       output_tokens, started_at_ms, ended_at_ms, busy_microusd, overhead_microusd
FROM engine_calls
WHERE candidate_id = $1
ORDER BY ended_at_ms, id
