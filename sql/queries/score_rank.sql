-- How many jobs were judged since then, by their newest decision, and how many of them scored less.
SELECT count(*) AS judged, count(*) FILTER (score < $score::DECIMAL(5, 2)) AS lower
FROM (SELECT arg_max(score, seq) AS score FROM decision WHERE decided_at >= $since::TIMESTAMPTZ GROUP BY key);
