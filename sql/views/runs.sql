-- Each cycle; finished_at is NULL while it runs, or for ever if it was killed.
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
FROM run
GROUP BY run_id;
