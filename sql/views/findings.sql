-- What each criterion said of each job, under the latest criteria that judged it.
CREATE OR REPLACE VIEW findings AS
SELECT
    listing_id,
    criteria_hash,
    finding.criterion,
    finding.verdict,
    finding.score,
    finding.value,
    finding.threshold,
    finding.unit,
    finding.reason,
    finding.evidence,
    finding.setting
FROM (SELECT listing_id, criteria_hash, unnest(findings) AS finding FROM decision_newest);
