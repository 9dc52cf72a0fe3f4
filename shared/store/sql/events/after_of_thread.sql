-- The same as `events/after`, for one thread; numbers are shared by all threads, and so is the horizon.
SELECT seq, at_ms, kind, thread_id, candidate_id, job_id, data FROM events
WHERE seq > $1 AND thread_id = $4
  AND seq < COALESCE((
      SELECT min(recent.seq)
      FROM (
          SELECT newest.seq, newest.at_ms, lag(newest.seq, 1, $1) OVER (ORDER BY newest.seq) AS previous
          FROM (SELECT seq, at_ms FROM events WHERE seq > $1 ORDER BY seq DESC LIMIT 10000) AS newest
      ) AS recent
      WHERE recent.at_ms > $2 AND recent.previous < recent.seq - 1
  ), 9223372036854775807)
ORDER BY seq
LIMIT $3
