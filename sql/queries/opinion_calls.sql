-- The newest calls of one model at one endpoint, the newest first.
SELECT asked_at, state, why, shape, purpose
FROM opinion
WHERE endpoint = $endpoint AND model = $model AND purpose IN ('cycle', 'command')
ORDER BY rowid DESC
LIMIT 100;
