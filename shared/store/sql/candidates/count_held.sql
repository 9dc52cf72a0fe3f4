-- Any $1 of them: Postgres would sort all to give an order.
SELECT hold_reason, count(*) AS candidates
FROM (SELECT hold_reason FROM candidates WHERE state = 'held' LIMIT $1) AS some_of_them
GROUP BY hold_reason
