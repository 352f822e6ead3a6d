-- Of feeds the criteria whose facts 19 of the last 20 listings didn't state: what a feed never says is no reason to look.
-- Only among the newest decisions, so that a cycle doesn't read them all.
WITH recent AS (
    SELECT seq, key, findings FROM decision WHERE seq > (SELECT max(seq) FROM decision) - 2000
),
of_feed AS (
    SELECT DISTINCT feed, key FROM presence
    WHERE feed IN (SELECT unnest($feeds)) AND key IN (SELECT key FROM recent)
),
latest AS (
    SELECT feed, findings FROM of_feed JOIN recent USING (key)
    QUALIFY row_number() OVER (PARTITION BY feed ORDER BY seq DESC) <= 20
)
SELECT feed, finding.criterion AS criterion
FROM (SELECT feed, unnest(findings) AS finding FROM latest)
WHERE finding.verdict = 'unknown'
GROUP BY ALL
HAVING count(*) >= 19;
