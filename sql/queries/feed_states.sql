-- Every feed as its last poll left it. Times are given without their zone, which is UTC: Python needs 9 µs for each that has one.
SELECT * REPLACE (
    timezone('UTC', last_ok_at) AS last_ok_at, timezone('UTC', last_full_at) AS last_full_at, timezone('UTC', next_poll_at) AS next_poll_at,
    timezone('UTC', retry_after_until) AS retry_after_until, timezone('UTC', last_new_at) AS last_new_at, timezone('UTC', last_poll_at) AS last_poll_at
)
FROM feed_state;
