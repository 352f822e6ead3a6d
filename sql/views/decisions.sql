-- Each job under the latest criteria that judged it.
CREATE OR REPLACE VIEW decisions AS
SELECT
    listing_id,
    criteria_hash,
    decision,
    score,
    decided_at,
    proof,
    first_step,
    ask,
    CASE WHEN signals IS NOT NULL THEN exposure END AS exposure,
    proof_exposure
FROM decision_newest;
