SELECT count(*) AS calls,
       CAST(COALESCE(sum(input_tokens), 0) AS BIGINT) AS input_tokens,
       CAST(COALESCE(sum(cached_input_tokens), 0) AS BIGINT) AS cached_input_tokens,
       CAST(COALESCE(sum(output_tokens), 0) AS BIGINT) AS output_tokens,
       CAST(COALESCE(sum(busy_microusd), 0) AS BIGINT) AS busy_microusd,
       CAST(COALESCE(sum(overhead_microusd), 0) AS BIGINT) AS overhead_microusd,
       count(*) - count(overhead_microusd) AS unsettled_calls
FROM engine_calls
WHERE job_id = $1
