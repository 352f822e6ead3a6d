-- The tables that say what is so now hold one row for each feed, entry and fact.
SELECT format('state of feed {}', feed) AS example FROM feed_state GROUP BY feed HAVING count(*) > 1
UNION ALL
SELECT format('entry {} of feed {}', digest[:12], feed) FROM current_entry GROUP BY feed, digest HAVING count(*) > 1
UNION ALL
SELECT format('baseline of feed {}', feed) FROM baseline GROUP BY feed HAVING count(*) > 1
UNION ALL
SELECT format('fact {}', key) FROM meta GROUP BY key HAVING count(*) > 1;
