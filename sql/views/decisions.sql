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
FROM internal.decision_newest;
COMMENT ON VIEW decisions IS 'One row per job, under the latest criteria that judged it.';
COMMENT ON COLUMN decisions.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN decisions.criteria_hash IS 'the criteria that judged it; criteria_versions has their text';
COMMENT ON COLUMN decisions.decision IS 'qualified, review or rejected';
COMMENT ON COLUMN decisions.score IS '0 to 100: how well the asked work fits the best proof, as the weights say';
COMMENT ON COLUMN decisions.decided_at IS 'when it was judged';
COMMENT ON COLUMN decisions.proof IS 'the proof that fits best';
COMMENT ON COLUMN decisions.first_step IS 'what that proof proposes to do first, as the user wrote it';
COMMENT ON COLUMN decisions.ask IS 'the listing''s own sentence that says what is wanted';
COMMENT ON COLUMN decisions.exposure IS 'automatable, ai-assisted or human-critical, as the text shows it';
COMMENT ON COLUMN decisions.proof_exposure IS 'the same as the proof declares it';
