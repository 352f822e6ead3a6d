-- The newest decision on each job, with its findings.
CREATE OR REPLACE VIEW decision_newest AS
FROM decision WHERE seq IN (SELECT max(seq) FROM decision GROUP BY key);
COMMENT ON VIEW decision_newest IS 'Inner: the newest decision of each job, as it is stored; ask decisions and findings.';
