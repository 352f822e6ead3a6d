-- How long a qualified listing takes from its posting to the alert's acceptance, per destination: median and slowest tenth, in minutes.
SELECT
    a.destination,
    count(*) AS alerts,
    count(l.posted_at) AS with_a_posting_time,
    round(median(epoch(a.sent_at - l.posted_at)) / 60, 1) AS median_minutes_from_posting,
    round(quantile_cont(epoch(a.sent_at - l.posted_at), 0.9) / 60, 1) AS slowest_tenth_from_posting,
    round(median(epoch(a.sent_at - l.first_seen_at)) / 60, 1) AS median_minutes_from_first_sight
FROM alerts AS a
JOIN listings AS l USING (listing_id)
JOIN decisions AS d USING (listing_id)
WHERE a.state = 'sent' AND a.kind IN ('match', 'changed') AND d.decision = 'qualified'
GROUP BY a.destination
ORDER BY a.destination;
