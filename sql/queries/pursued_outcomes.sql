-- Each listing that was pursued and not given up by the user: what is known of it as at its first sight, the criteria that passed it, whether
-- it was replied to and won, and whether it is over (ended, or without an answer for too long) rather than in flight.
WITH pursued AS (
    SELECT
        listing_id,
        bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied,
        bool_or(stage = 'hired') AS hired,
        bool_or(stage IN ('declined', 'withdrawn')) AS ended,
        bool_or(stage = 'withdrawn') AS withdrawn,
        min(at_time) FILTER (stage = 'pursued') AS pursued_at
    FROM pursuits
    JOIN listing USING (listing_id)
    WHERE $since::TIMESTAMPTZ IS NULL OR listing.first_seen_at >= $since::TIMESTAMPTZ
    GROUP BY listing_id
    HAVING pursued_at IS NOT NULL
), told AS (
    SELECT
        score,
        list_transform(list_filter(findings, lambda f: f.verdict = 'pass'), lambda f: f.criterion) AS passed,
        replied,
        hired,
        hired OR ended OR (NOT replied AND pursued_at <= $answered_by) AS over,
        list_filter(findings, lambda f: f.criterion = 'proof')[1].value AS fit,
        proof,
        coalesce(client_spent_base, client_hires, client_posted_jobs, client_hire_rate, client_rating, client_reviews) IS NOT NULL AS client_known,
        client_spent_base AS spent,
        coalesce(proposals_min, proposals_max) AS proposals,
        CASE WHEN posted_at <= pursued_at THEN epoch(pursued_at - posted_at) / 3600 END AS hours,
        coalesce(pay IN ('hourly', 'salary'), false) AS hourly,
        CASE WHEN hourly THEN CASE pay_period WHEN 'day' THEN 8 WHEN 'week' THEN 40 WHEN 'month' THEN 160 WHEN 'year' THEN 1920 ELSE 1 END ELSE 1 END
            AS period_hours,
        budget_min_base / period_hours AS low,
        budget_max_base / period_hours AS high,
        platform,
        isodow(timezone($timezone, pursued_at)) AS weekday
    FROM pursued JOIN decision_newest USING (listing_id) JOIN listing USING (listing_id)
    WHERE replied OR NOT withdrawn
)
SELECT * EXCLUDE (period_hours) FROM told;
