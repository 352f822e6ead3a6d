-- Every decision has findings, and its criteria are kept.
SELECT format('decision {} on listing {}', seq, listing_id) AS example
FROM decision
WHERE len(findings) = 0 OR criteria_hash NOT IN (SELECT criteria_hash FROM criteria_version);
