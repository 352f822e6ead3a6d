-- What each feed brought from then on: listings first seen in it, and how many of them qualified. By key: a quarter of what names cost.
WITH came AS (SELECT key, feed FROM presence GROUP BY key, feed HAVING min(event_at) >= $since),
decided AS (SELECT key, arg_max(decision, seq) AS decision FROM decision SEMI JOIN came USING (key) GROUP BY key)
SELECT feed, count(*) AS listings, count(*) FILTER (decision = 'qualified') AS qualified
FROM came LEFT JOIN decided USING (key)
GROUP BY feed;
