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
FROM (SELECT listing_id, criteria_hash, unnest(findings) AS finding FROM internal.decision_newest);
COMMENT ON VIEW findings IS 'One row per job and criterion, or red flag: what was found, and with which words.';
COMMENT ON COLUMN findings.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN findings.criteria_hash IS 'the criteria that judged it';
COMMENT ON COLUMN findings.criterion IS 'rules, proof, budget, client, scope, first_step, worth, opinion, or flag:NAME';
COMMENT ON COLUMN findings.verdict IS 'pass, fail or unknown';
COMMENT ON COLUMN findings.score IS '0 to 1; NULL where it is unknown';
COMMENT ON COLUMN findings.value IS 'what was measured';
COMMENT ON COLUMN findings.threshold IS 'what it was held against';
COMMENT ON COLUMN findings.unit IS 'of value and threshold';
COMMENT ON COLUMN findings.reason IS 'in words';
COMMENT ON COLUMN findings.evidence IS 'the listing''s own words';
COMMENT ON COLUMN findings.setting IS 'the setting that decides';
