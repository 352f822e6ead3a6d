-- The newest decision on each job, with its findings.
CREATE OR REPLACE VIEW decision_newest AS
FROM decision WHERE seq IN (SELECT max(seq) FROM decision GROUP BY key);
