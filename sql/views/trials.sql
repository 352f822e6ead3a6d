-- Declared reality tests.
CREATE OR REPLACE VIEW trials AS
SELECT
    trial.name,
    trial.problem,
    trial.offer,
    trial.started_at,
    trial.days,
    (SELECT min(trial_end.ended_at) FROM trial_end WHERE trial_end.name = trial.name) AS ended_at,
    trial.criteria_hash,
    trial.contacts_a_week,
    trial.pursuits
FROM trial;
