-- When the jobs of each part of the history, as they were stored, were first seen at the earliest: times that divide it to be looked through.
SELECT min(first_seen_at) AS begins FROM listing GROUP BY rowid // $part ORDER BY begins DESC;
