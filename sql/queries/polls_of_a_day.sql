-- What stands for a feed's polls of one UTC day, where there were several: the last one, with what all of them brought.
SELECT
    max_by(run_id, started_at) AS run_id,
    feed,
    max(started_at) AS started_at,
    max_by(outcome, started_at) AS outcome,
    arg_max_null(http_status, started_at) AS http_status,
    sum(bytes)::BIGINT AS bytes,
    max(entries) AS entries,
    sum(new_listings)::INTEGER AS new_listings,
    sum(skipped)::INTEGER AS skipped,
    arg_max_null(error, started_at) AS error
FROM poll
WHERE started_at >= $since AND started_at < $before
GROUP BY feed, date_trunc('day', started_at)
HAVING count(*) > 1;
