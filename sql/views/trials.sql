-- Declared reality tests.
CREATE OR REPLACE VIEW trials AS
SELECT
    trial.name,
    trial.problem,
    trial.offer,
    trial.started_at,
    trial.days,
    (SELECT min(trial_end.ended_at) FROM internal.trial_end WHERE trial_end.name = trial.name) AS ended_at,
    trial.criteria_hash,
    trial.contacts_a_week,
    trial.pursuits
FROM internal.trial;
COMMENT ON VIEW trials IS 'One row per declared reality test.';
COMMENT ON COLUMN trials.name IS 'what `review --trial` calls it';
COMMENT ON COLUMN trials.problem IS 'the one client problem';
COMMENT ON COLUMN trials.offer IS 'the one offer, by its outcome';
COMMENT ON COLUMN trials.started_at IS 'when it began';
COMMENT ON COLUMN trials.days IS 'how long it was to take';
COMMENT ON COLUMN trials.ended_at IS 'when it was ended';
COMMENT ON COLUMN trials.criteria_hash IS 'the criteria that it began under';
COMMENT ON COLUMN trials.contacts_a_week IS 'promised';
COMMENT ON COLUMN trials.pursuits IS 'promised';
