-- What is paused waits because somebody said so, and no draft waits for a judge in vain: see unpark_judgements.
SELECT j.id, j.thread_id FROM jobs AS j
WHERE j.engine = $1 AND j.state = 'queued' AND j.kind <> 'judge' AND j.waiting_since_ms < $2
  AND NOT EXISTS (SELECT 1 FROM queue_controls AS c WHERE c.kind = j.kind AND c.paused)
ORDER BY j.waiting_since_ms, j.id
LIMIT $3
