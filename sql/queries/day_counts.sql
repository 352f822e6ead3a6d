-- What a span of time brought: new jobs, and how those that were decided in it stand.
SELECT
    (SELECT count(*) FROM listing WHERE first_seen_at > $since AND first_seen_at <= $until) AS listings,
    count(*) FILTER (decision = 'qualified') AS qualified,
    count(*) FILTER (decision = 'review') AS review
FROM (
    SELECT listing_id, arg_max(decision, seq) AS decision
    FROM decision
    WHERE decided_at > $since AND decided_at <= $until
    GROUP BY listing_id
);
