-- What each feed brought from then on: listings first seen in it, and how many of them qualified. By key: a quarter of what names cost; of what
-- came earlier only that is read which came again.
WITH recent AS (SELECT key, feed FROM presence WHERE event_at >= $since::TIMESTAMPTZ GROUP BY key, feed),
earlier AS (SELECT key, feed FROM presence SEMI JOIN recent USING (key, feed) WHERE event_at < $since::TIMESTAMPTZ),
came AS (FROM recent ANTI JOIN earlier USING (key, feed)),
decided AS (SELECT key, arg_max(decision, seq) AS decision FROM decision SEMI JOIN came USING (key) GROUP BY key)
SELECT feed, count(*) AS listings, count(*) FILTER (decision = 'qualified') AS qualified
FROM came LEFT JOIN decided USING (key)
GROUP BY feed;
