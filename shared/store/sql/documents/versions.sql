-- Templates are only ever added, so that their number tells one state of the canon from another.
SELECT (SELECT COALESCE(max(version), 0) FROM facts) AS facts,
       (SELECT COALESCE(max(version), 0) FROM playbooks) AS playbook,
       (SELECT count(*) FROM templates) AS canon
