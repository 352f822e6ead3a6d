-- What qualified in the last 30 days, the best first: pay, score, proof, what the client asks for, and where it stands.
SELECT
    left(l.listing_id, 8) AS id,
    l.title,
    l.pay,
    l.budget_min,
    l.budget_max,
    l.currency,
    d.score,
    d.proof,
    d.ask,
    p.stage,
    l.first_seen_at,
    l.url
FROM listings AS l
JOIN decisions AS d USING (listing_id)
LEFT JOIN (SELECT listing_id, arg_max(stage, at_time) AS stage FROM pursuits GROUP BY listing_id) AS p USING (listing_id)
WHERE d.decision = 'qualified' AND l.first_seen_at > now() - INTERVAL 30 DAY
ORDER BY d.score DESC, l.first_seen_at DESC, id;
