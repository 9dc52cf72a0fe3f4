-- Those that are not at their end, which are few beside those that are: read from the index of states alone.
SELECT state, count(*) AS candidates
FROM candidates
WHERE state IN ('classifying', 'drafting', 'pending_review', 'held', 'scheduled', 'sending')
GROUP BY state
