-- Every cycle that ended had begun, and none ended twice.
SELECT format('run {}', run_id) AS example
FROM run
GROUP BY run_id
HAVING count(*) FILTER (finished_at IS NULL) <> 1 OR count(*) FILTER (finished_at IS NOT NULL) > 1;
