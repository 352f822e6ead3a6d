-- Each criteria text that has judged.
CREATE OR REPLACE VIEW criteria_versions AS
SELECT criteria_hash, first_used_at, text FROM criteria_version;
