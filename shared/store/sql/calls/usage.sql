-- A model wrote what an engine wrote that is not the fixed texts.
SELECT count(*) AS calls,
       CAST(COALESCE(sum(input_tokens), 0) AS BIGINT) AS input_tokens,
       CAST(COALESCE(sum(output_tokens), 0) AS BIGINT) AS output_tokens,
       (SELECT count(*) FROM drafts
        WHERE author = 'engine' AND engine <> 'template' AND created_at_ms >= $1) AS drafts,
       (SELECT count(*) FROM candidates AS c JOIN drafts AS d ON d.id = c.draft_id
        WHERE c.state = 'sent' AND c.settled_at_ms >= $1 AND d.author = 'engine' AND d.engine <> 'template') AS sent
FROM engine_calls
WHERE ended_at_ms >= $1
