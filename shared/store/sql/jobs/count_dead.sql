SELECT kind, count(*) AS jobs
FROM (SELECT kind FROM jobs WHERE state = 'dead' ORDER BY id DESC LIMIT $1) AS newest
GROUP BY kind
