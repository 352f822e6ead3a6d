-- What each feed brought from then on: listings first seen in it, and how many of them qualified.
SELECT feed, count(*) AS listings, count(*) FILTER (decision = 'qualified') AS qualified
FROM (
    SELECT feed, listing_id
    FROM presence
    GROUP BY feed, listing_id
    HAVING min(event_at) >= $since
)
LEFT JOIN decisions USING (listing_id)
GROUP BY feed;
