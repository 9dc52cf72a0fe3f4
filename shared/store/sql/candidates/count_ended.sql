-- Ids sort by their time of creation, so that the index of states finds those of the last hour.
SELECT state, count(*) AS candidates
FROM candidates
WHERE state IN ('sent', 'superseded', 'rejected') AND id >= $1
GROUP BY state
