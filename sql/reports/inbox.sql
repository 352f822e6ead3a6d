-- What waits for your decision: qualified or for review in the last 14 days, still open, with no event of a pursuit and not rated bad.
SELECT
    left(l.listing_id, 8) AS id,
    d.decision,
    l.title,
    l.pay,
    l.budget_max,
    l.currency,
    d.score,
    d.proof,
    d.ask,
    l.first_seen_at,
    l.url
FROM listings AS l
JOIN decisions AS d USING (listing_id)
ANTI JOIN pursuits AS p USING (listing_id)
ANTI JOIN (
    SELECT listing_id FROM ratings GROUP BY listing_id HAVING arg_max(rating, at_time) = 'bad'
) AS bad USING (listing_id)
WHERE
    d.decision <> 'rejected'
    AND l.first_seen_at > now() - INTERVAL 14 DAY
    AND (l.expires_at IS NULL OR l.expires_at > now())
ORDER BY d.decision, d.score DESC, l.first_seen_at DESC, id;
