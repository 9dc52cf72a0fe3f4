-- Templates and workflows are only ever added, and every change of a label has a number of its own, so that each of
-- these tells one state from another.
SELECT (SELECT COALESCE(max(version), 0) FROM facts) AS facts,
       (SELECT COALESCE(max(version), 0) FROM playbooks) AS playbook,
       (SELECT count(*) FROM templates) AS canon,
       (SELECT count(*) FROM workflows) + (SELECT COALESCE(max(revision), 0) FROM workflow_labels) AS workflows
