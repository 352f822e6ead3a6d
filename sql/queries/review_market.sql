-- What the feeds brought in a window (not what was pasted in), as a whole and per marketplace, proof and feed: listings, what was decided and alerted, medians of
-- waiting in hours, how many had applied at first sight, and why qualified listings alerted no one. A listing of two feeds counts for both.
-- `earlier` ones were there before their feed was first read: they tell what there is, but neither how much comes in nor how soon it is seen.
WITH seen AS (
    FROM listing ANTI JOIN pasted USING (listing_id) WHERE first_seen_at >= $since AND first_seen_at < $until
), appearances AS (
    SELECT listing_id, feed, event_at, event_at > min(event_at) OVER (PARTITION BY feed) AS news
    FROM presence
    WHERE event = 'appeared' AND feed <> 'judged'
), brought AS (
    SELECT
        listing_id,
        list(DISTINCT feed ORDER BY feed) AS feeds,
        coalesce(min(event_at) FILTER (news) > min(event_at), true) AS earlier
    FROM appearances SEMI JOIN seen USING (listing_id)
    GROUP BY listing_id
), told AS (
    SELECT
        listing_id,
        min(sent_at) AS sent_at,
        bool_or(state IN ('owed', 'retrying', 'uncertain', 'dead')) AS stuck,
        bool_or(coalesce(cause = 'backlog', false)) AS backlog,
        min(CASE
            WHEN state IN ('owed', 'retrying', 'uncertain', 'dead') THEN '1 stuck'
            WHEN state = 'held' THEN '2 held'
            WHEN cause = 'backlog' THEN '3 earlier'
            WHEN cause = 'too_old' THEN '4 old'
            WHEN cause = 'repost' THEN '5 repost'
            ELSE '6 kept back'
        END)[3:] AS why_not
    FROM alerts SEMI JOIN seen USING (listing_id)
    WHERE kind IN ('match', 'changed')
    GROUP BY listing_id
), facts AS (
    SELECT
        marketplace(seen.platform, seen.url) AS platform,
        d.proof,
        d.decision,
        coalesce(d.decision, '') = 'qualified' AS qualified,
        told.sent_at IS NOT NULL AS alerted,
        coalesce(told.stuck AND told.sent_at IS NULL, false) AS stuck,
        coalesce(told.why_not, 'no destination') AS why_not,
        coalesce(brought.earlier, false) OR coalesce(told.backlog, false) AS earlier,
        seen.posted_at <= seen.first_seen_at AND NOT (coalesce(brought.earlier, false) OR coalesce(told.backlog, false)) AS posting_known,
        epoch(seen.first_seen_at - seen.posted_at) / 3600 AS hours_to_sight,
        epoch(told.sent_at - seen.first_seen_at) / 3600 AS hours_to_alert,
        epoch(told.sent_at - seen.posted_at) / 3600 AS hours_posting_to_alert,
        coalesce(seen.proposals_min, seen.proposals_max) AS proposals,
        coalesce(brought.feeds, []) AS feeds
    FROM seen
    LEFT JOIN decisions AS d USING (listing_id)
    LEFT JOIN told USING (listing_id)
    LEFT JOIN brought USING (listing_id)
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
    count(*) FILTER (earlier) AS earlier,
    count(*) FILTER (earlier AND qualified) AS earlier_qualified,
    histogram(why_not) FILTER (qualified AND NOT alerted) AS not_alerted,
    median(hours_to_sight) FILTER (posting_known) AS hours_to_sight,
    median(hours_to_alert) FILTER (qualified AND alerted) AS hours_to_alert,
    median(hours_posting_to_alert) FILTER (qualified AND alerted AND posting_known) AS hours_posting_to_alert,
    count(*) FILTER (qualified AND alerted AND posting_known) AS posting_known,
    median(proposals) FILTER (qualified AND alerted AND NOT earlier) AS proposals
FROM named
GROUP BY ALL
ORDER BY grouped_by, qualified DESC, listings DESC, name;
