-- Of the jobs that were rejected in a span of time, what turned away the nearest: fewest failed criteria, then the highest score.
SELECT coalesce(
    list_filter(findings, lambda f: f.verdict = 'fail' AND NOT starts_with(f.criterion, 'flag:'))[1].criterion,
    list_filter(findings, lambda f: f.verdict = 'unknown')[1].criterion
) AS criterion
FROM decision
WHERE decided_at > $since AND decided_at <= $until AND decision = 'rejected' AND criterion IS NOT NULL
ORDER BY len(list_filter(findings, lambda f: f.verdict = 'fail' AND NOT starts_with(f.criterion, 'flag:'))), score DESC, seq
LIMIT 1;
