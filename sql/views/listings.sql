-- Each job, as its newest version and its newest live facts have it. Money as stated and, as *_base and for the client, in the base currency.
CREATE OR REPLACE VIEW listings AS
SELECT
    newest.listing_id,
    newest.platform,
    newest.platform_job_id,
    newest.url,
    nullif(newest.title, '') AS title,
    nullif(newest.description, '') AS description,
    newest.posted_at,
    newest.expires_at,
    newest.first_seen_at,
    greatest(newest.first_seen_at, coalesce(here.last_seen_at, newest.first_seen_at), coalesce(gone.last_seen_at, newest.first_seen_at)) AS last_seen_at,
    newest.pay,
    newest.pay_period,
    newest.budget_min,
    newest.budget_max,
    newest.currency,
    newest.budget_min_base,
    newest.budget_max_base,
    newest.unit_price,
    newest.unit,
    newest.skills,
    newest.category,
    newest.country,
    newest.open_to,
    newest.timezones,
    newest.language,
    newest.truncated,
    newest.company,
    newest.experience_level,
    newest.duration,
    newest.hours_per_week,
    CASE WHEN live.listing_id IS NULL THEN newest.connects ELSE live.facts.connects END AS connects,
    CASE WHEN live.listing_id IS NULL THEN newest.proposals_min ELSE live.facts.proposals_min END AS proposals_min,
    CASE WHEN live.listing_id IS NULL THEN newest.proposals_max ELSE live.facts.proposals_max END AS proposals_max,
    CASE WHEN live.listing_id IS NULL THEN newest.interviewing ELSE live.facts.interviewing END AS interviewing,
    newest.client_payment_verified,
    newest.client_spent_base AS client_spent,
    newest.client_hires,
    newest.client_posted_jobs,
    newest.client_hire_rate,
    newest.client_rating,
    newest.client_reviews,
    newest.client_avg_hourly_base AS client_avg_hourly,
    newest.repost_of
FROM listing_newest AS newest
LEFT JOIN (
    SELECT
        listing_id,
        arg_max(struct_pack(connects, proposals_min, proposals_max, interviewing), seen_at) AS facts
    FROM observation
    GROUP BY listing_id
) AS live USING (listing_id)
LEFT JOIN (
    SELECT listing_id, max(last_ok_at) AS last_seen_at FROM current_entry JOIN feed_state USING (feed) GROUP BY listing_id
) AS here USING (listing_id)
LEFT JOIN (SELECT listing_id, max(last_seen_at) AS last_seen_at FROM presence WHERE event = 'gone' GROUP BY listing_id) AS gone USING (listing_id);
