-- Every criteria text other than $criteria_hash that judged in this time, with its first judgement there.
SELECT criteria_hash, min(at_time) AS at_time
FROM (
    SELECT criteria_hash, decided_at AS at_time FROM decision
    UNION ALL
    SELECT criteria_hash, first_used_at FROM criteria_version
)
WHERE at_time >= $since AND at_time < $until AND criteria_hash <> $criteria_hash
GROUP BY criteria_hash
ORDER BY at_time, criteria_hash;
