-- Each cycle, from the first that it stored; finished_at is NULL while it runs, or for ever if it was killed.
CREATE OR REPLACE VIEW runs AS
SELECT
    run_id,
    min(started_at) AS started_at,
    max(finished_at) AS finished_at,
    max(polled) AS polled,
    max(failed) AS failed,
    max(new_listings) AS new_listings,
    max(qualified) AS qualified,
    max(sent) AS sent
FROM internal.run
GROUP BY run_id;
COMMENT ON VIEW runs IS 'One row per cycle, from the first that it stores.';
COMMENT ON COLUMN runs.run_id IS 'the cycle''s id';
COMMENT ON COLUMN runs.started_at IS 'when it began';
COMMENT ON COLUMN runs.finished_at IS 'when it ended; NULL: it was killed, or runs';
COMMENT ON COLUMN runs.polled IS 'feeds that were asked';
COMMENT ON COLUMN runs.failed IS 'feeds that failed';
COMMENT ON COLUMN runs.new_listings IS 'jobs that came';
COMMENT ON COLUMN runs.qualified IS 'of them';
COMMENT ON COLUMN runs.sent IS 'alerts that a service accepted';
