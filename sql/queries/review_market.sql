-- What the feeds brought in a window, as a whole and per marketplace, proof and feed: listings, what was decided and alerted, medians of
-- waiting in hours, and how many had applied at first sight. A listing of two feeds counts for both.
WITH told AS (
    SELECT
        listing_id,
        min(sent_at) AS sent_at,
        bool_or(state IN ('owed', 'retrying', 'uncertain', 'dead')) AS stuck
    FROM alerts
    WHERE kind IN ('match', 'changed')
    GROUP BY listing_id
), brought AS (
    SELECT listing_id, list(DISTINCT feed ORDER BY feed) AS feeds FROM presence GROUP BY listing_id
), facts AS (
    SELECT
        listing.platform,
        d.proof,
        d.decision,
        coalesce(d.decision, '') = 'qualified' AS qualified,
        told.sent_at IS NOT NULL AS alerted,
        coalesce(told.stuck AND told.sent_at IS NULL, false) AS stuck,
        listing.posted_at <= listing.first_seen_at AS posting_known,
        epoch(listing.first_seen_at - listing.posted_at) / 3600 AS hours_to_sight,
        epoch(told.sent_at - listing.first_seen_at) / 3600 AS hours_to_alert,
        epoch(told.sent_at - listing.posted_at) / 3600 AS hours_posting_to_alert,
        coalesce(listing.proposals_min, listing.proposals_max) AS proposals,
        coalesce(brought.feeds, []) AS feeds
    FROM listing
    LEFT JOIN decisions AS d USING (listing_id)
    LEFT JOIN told USING (listing_id)
    LEFT JOIN brought USING (listing_id)
    WHERE listing.first_seen_at >= $since AND listing.first_seen_at < $until
), named AS (
    SELECT
        *,
        unnest(list_concat(
            [struct_pack("by" := 'all', name := ''), struct_pack("by" := 'platform', name := platform)],
            CASE WHEN proof IS NULL THEN [] ELSE [struct_pack("by" := 'proof', name := proof)] END,
            list_transform(feeds, lambda feed: struct_pack("by" := 'feed', name := feed))
        )) AS part
    FROM facts
)
SELECT
    part."by" AS grouped_by,
    part.name AS name,
    count(*) AS listings,
    count(*) FILTER (qualified) AS qualified,
    count(*) FILTER (decision = 'review') AS review,
    count(*) FILTER (decision = 'rejected') AS rejected,
    count(*) FILTER (qualified AND alerted) AS alerted,
    count(*) FILTER (qualified AND stuck) AS stuck,
    median(hours_to_sight) FILTER (posting_known) AS hours_to_sight,
    median(hours_to_alert) FILTER (qualified AND alerted) AS hours_to_alert,
    median(hours_posting_to_alert) FILTER (qualified AND alerted AND posting_known) AS hours_posting_to_alert,
    count(*) FILTER (qualified AND alerted AND posting_known) AS posting_known,
    median(proposals) FILTER (qualified AND alerted) AS proposals,
    count(proposals) FILTER (qualified AND alerted) AS proposals_known
FROM named
GROUP BY ALL
ORDER BY grouped_by, qualified DESC, listings DESC, name;
