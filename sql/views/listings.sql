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
FROM internal.listing_newest AS newest
LEFT JOIN (
    SELECT
        listing_id,
        arg_max(struct_pack(connects, proposals_min, proposals_max, interviewing), seen_at) AS facts
    FROM internal.observation
    GROUP BY listing_id
) AS live USING (listing_id)
LEFT JOIN (
    SELECT listing_id, max(last_ok_at) AS last_seen_at FROM internal.current_entry JOIN internal.feed_state USING (feed) GROUP BY listing_id
) AS here USING (listing_id)
LEFT JOIN (SELECT listing_id, max(last_seen_at) AS last_seen_at FROM internal.presence WHERE event = 'gone' GROUP BY listing_id) AS gone USING (listing_id);
COMMENT ON VIEW listings IS 'One row per job: what it offers, as its newest text says.';
COMMENT ON COLUMN listings.listing_id IS '20 hex digits of the job''s strongest identity at first sight, the same for ever';
COMMENT ON COLUMN listings.platform IS 'the marketplace that holds the job, by its link';
COMMENT ON COLUMN listings.platform_job_id IS 'the job''s id on that marketplace';
COMMENT ON COLUMN listings.url IS 'where the job can be read and answered';
COMMENT ON COLUMN listings.title IS 'without the platform''s suffix, company prefix or budget suffix';
COMMENT ON COLUMN listings.description IS 'the body as text, without label block, apply link or relay footer';
COMMENT ON COLUMN listings.posted_at IS 'when the client posted it, as the feed says';
COMMENT ON COLUMN listings.expires_at IS 'until when it is open';
COMMENT ON COLUMN listings.first_seen_at IS 'when a feed first brought it';
COMMENT ON COLUMN listings.last_seen_at IS 'the last good poll of a feed while it was in it';
COMMENT ON COLUMN listings.pay IS 'fixed, hourly or salary; NULL where it isn''t stated';
COMMENT ON COLUMN listings.pay_period IS 'what the budget pays for: hour, day, week, month, year, project';
COMMENT ON COLUMN listings.budget_min IS 'the lower end as stated, in currency';
COMMENT ON COLUMN listings.budget_max IS 'the upper end as stated, in currency';
COMMENT ON COLUMN listings.currency IS 'ISO 4217';
COMMENT ON COLUMN listings.budget_min_base IS 'the lower end in the base currency, at the rate of the first sighting''s day';
COMMENT ON COLUMN listings.budget_max_base IS 'the upper end in the base currency, at the rate of the first sighting''s day';
COMMENT ON COLUMN listings.unit_price IS 'a price by the piece, in currency; no total, so the budget columns stay NULL';
COMMENT ON COLUMN listings.unit IS 'what the unit price pays for: word, page, article, minute …';
COMMENT ON COLUMN listings.skills IS 'as the feed names them, in order, each once';
COMMENT ON COLUMN listings.category IS 'as the marketplace names it';
COMMENT ON COLUMN listings.country IS 'of the client, ISO 3166 alpha-2';
COMMENT ON COLUMN listings.open_to IS 'countries that may apply, ISO 3166 alpha-2; NULL: not restricted, or not stated';
COMMENT ON COLUMN listings.timezones IS 'UTC offsets that may apply, such as +01:00';
COMMENT ON COLUMN listings.language IS 'of the text, ISO 639-1';
COMMENT ON COLUMN listings.truncated IS 'whether the feed cut the text';
COMMENT ON COLUMN listings.company IS 'the client''s name';
COMMENT ON COLUMN listings.experience_level IS 'entry, intermediate or expert';
COMMENT ON COLUMN listings.duration IS 'how long it shall take, as stated';
COMMENT ON COLUMN listings.hours_per_week IS 'as stated';
COMMENT ON COLUMN listings.connects IS 'what a proposal costs';
COMMENT ON COLUMN listings.proposals_min IS 'at least so many had applied at the last look';
COMMENT ON COLUMN listings.proposals_max IS 'at most so many had applied at the last look';
COMMENT ON COLUMN listings.interviewing IS 'how many the client was talking to at the last look';
COMMENT ON COLUMN listings.client_payment_verified IS 'whether the marketplace has checked a way to pay';
COMMENT ON COLUMN listings.client_spent IS 'by the client on the marketplace so far, in the base currency';
COMMENT ON COLUMN listings.client_hires IS 'people hired so far';
COMMENT ON COLUMN listings.client_posted_jobs IS 'jobs posted so far';
COMMENT ON COLUMN listings.client_hire_rate IS 'share of the posted jobs that led to a hire, 0 to 1';
COMMENT ON COLUMN listings.client_rating IS 'mean of the ratings by freelancers, 0 to 5';
COMMENT ON COLUMN listings.client_reviews IS 'number of those ratings';
COMMENT ON COLUMN listings.client_avg_hourly IS 'mean rate that the client paid an hour, in the base currency';
COMMENT ON COLUMN listings.repost_of IS 'the earliest listing of the same job, where this is not it';
