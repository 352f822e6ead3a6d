-- Of the jobs asked about in a span of time, how many have no opinion, and why the last of them has none.
SELECT count(*) AS listings, arg_max(why, asked_at) AS why
FROM (
    SELECT listing_id, why, asked_at, state FROM opinion WHERE asked_at > $since AND asked_at <= $until
    QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY rowid DESC) = 1
)
WHERE state != 'answered';
