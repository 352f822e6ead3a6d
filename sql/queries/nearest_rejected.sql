-- Of the jobs that were rejected in a span of time, what turned away the nearest: fewest failed criteria, then the highest score.
SELECT split_part(reason, ':', 1) AS criterion
FROM decision
WHERE decided_at > $since AND decided_at <= $until AND decision = 'rejected' AND reason <> ''
ORDER BY len(list_filter(findings, lambda f: f.verdict = 'fail' AND f.criterion NOT LIKE 'flag:%')), score DESC, seq
LIMIT 1;
