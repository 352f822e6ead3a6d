-- The newest decision on each job, with its findings.
CREATE OR REPLACE VIEW internal.decision_newest AS
FROM internal.decision WHERE seq IN (SELECT max(seq) FROM internal.decision GROUP BY key);
COMMENT ON VIEW internal.decision_newest IS 'Inner: the newest decision of each job, as it is stored; ask decisions and findings.';
