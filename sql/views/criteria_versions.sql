-- Each criteria text that has judged.
CREATE OR REPLACE VIEW criteria_versions AS
SELECT criteria_hash, first_used_at, text FROM internal.criteria_version;
COMMENT ON VIEW criteria_versions IS 'One row per text of the criteria that has judged.';
COMMENT ON COLUMN criteria_versions.criteria_hash IS 'of the text and the terms';
COMMENT ON COLUMN criteria_versions.first_used_at IS 'when it first judged';
COMMENT ON COLUMN criteria_versions.text IS 'of criteria.toml, without secrets';
