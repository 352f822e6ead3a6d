-- The quality of the work that is available, a row for each job as it was at first sight. `worth` is the upper end in the base currency, of
-- a whole job or of an hour (a day counts 8 hours, a week 40, a month 160, a year 1,920). `client_known` is NULL where nothing of the
-- client's history is stated, `ai` where the job was judged before that was looked for. `earlier` jobs were there before their feed was
-- first read: how long they took to be seen says nothing.
CREATE OR REPLACE VIEW work_available AS
WITH appearances AS (
    SELECT listing_id, event_at, event_at > min(event_at) OVER (PARTITION BY feed) AS news
    FROM internal.presence
    WHERE event = 'appeared'
), seen AS (
    SELECT listing_id, coalesce(min(event_at) FILTER (news) > min(event_at), true) AS earlier FROM appearances GROUP BY listing_id
)
SELECT
    listing.listing_id,
    listing.first_seen_at,
    coalesce(seen.earlier, false) AS earlier,
    coalesce(d.decision, '') = 'qualified' AS qualified,
    listing.pay,
    coalesce(listing.budget_max_base, listing.budget_min_base) / CASE WHEN listing.pay = 'hourly' THEN
        CASE listing.pay_period WHEN 'day' THEN 8 WHEN 'week' THEN 40 WHEN 'month' THEN 160 WHEN 'year' THEN 1920 ELSE 1 END
    ELSE 1 END AS worth,
    CASE WHEN coalesce(
        listing.client_spent_base, listing.client_hires, listing.client_posted_jobs, listing.client_hire_rate, listing.client_rating,
        listing.client_reviews
    ) IS NOT NULL THEN
        coalesce(listing.client_spent_base, 0) > 0 OR coalesce(listing.client_hires, 0) > 0 OR coalesce(listing.client_posted_jobs, 0) > 1
        OR coalesce(listing.client_hire_rate, 0) > 0 OR coalesce(listing.client_rating, 0) > 0 OR coalesce(listing.client_reviews, 0) > 0
    END AS client_known,
    coalesce(listing.proposals_min, listing.proposals_max) AS proposals,
    CASE WHEN listing.posted_at <= listing.first_seen_at AND NOT coalesce(seen.earlier, false)
        THEN epoch(listing.first_seen_at - listing.posted_at) / 3600
    END AS hours_to_sight,
    list_any_value(list_transform(
        list_filter(d.findings, lambda finding: finding.criterion = 'scope'), lambda finding: finding.verdict = 'pass'
    )) AS complex,
    CASE WHEN d.signals IS NOT NULL THEN list_contains(list_transform(d.signals, lambda signal: signal.kind), 'ai') END AS ai
FROM internal.listing
LEFT JOIN internal.decision_newest AS d USING (listing_id)
LEFT JOIN seen USING (listing_id);
COMMENT ON VIEW work_available IS 'One row per job: how good the work is that is available, as it was at first sight.';
COMMENT ON COLUMN work_available.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN work_available.first_seen_at IS 'when a feed first brought it';
COMMENT ON COLUMN work_available.earlier IS 'whether it was there before its feed was first read: how long it took to be seen says nothing';
COMMENT ON COLUMN work_available.qualified IS 'whether it qualifies now';
COMMENT ON COLUMN work_available.pay IS 'fixed, hourly or salary';
COMMENT ON COLUMN work_available.worth IS 'the upper end in the base currency, of a whole job or of an hour';
COMMENT ON COLUMN work_available.client_known IS 'whether the client has a history; NULL where nothing of it is stated';
COMMENT ON COLUMN work_available.proposals IS 'at first sight';
COMMENT ON COLUMN work_available.hours_to_sight IS 'from posting to first sight';
COMMENT ON COLUMN work_available.complex IS 'whether it shows problems, trade-offs or ownership';
COMMENT ON COLUMN work_available.ai IS 'whether it asks for AI; NULL: judged before that was looked for';
