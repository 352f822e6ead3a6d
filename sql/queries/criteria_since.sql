-- Each moment of a window from which other criteria judged than before it, beginning with $criteria_hash; the same text may come back.
SELECT criteria_hash, at_time
FROM (
    SELECT criteria_hash, at_time, lag(criteria_hash, 1, $criteria_hash) OVER (ORDER BY at_time, seq, criteria_hash) AS before
    FROM (
        SELECT criteria_hash, decided_at AS at_time, min(seq) AS seq FROM decision GROUP BY ALL
        UNION ALL
        SELECT criteria_hash, first_used_at, 0 FROM criteria_version
    )
    WHERE at_time >= $since AND at_time < $until
)
WHERE criteria_hash <> before
ORDER BY at_time, criteria_hash;
