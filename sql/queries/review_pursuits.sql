-- Each job, or work that no feed brought, whose first pursuit event lies in a window: when each stage was first recorded, what it cost and
-- what it brought. A channel of its person's own goes before the marketplace.
WITH events AS (
    SELECT
        listing_id,
        min(at_time) AS begun_at,
        map_from_entries(list(struct_pack(k := stage, v := at_time) ORDER BY at_time) FILTER (first_of_stage)) AS stages,
        sum(connects) AS connects,
        max(amount) FILTER (stage = 'hired') AS won,
        sum(hours) AS hours,
        arg_min(led, at_time) AS led,
        arg_min(source, at_time) AS source,
        bool_or(title IS NOT NULL) AS elsewhere,
        coalesce(list(DISTINCT objection ORDER BY objection) FILTER (objection IS NOT NULL), []) AS objections
    FROM (
        SELECT *, row_number() OVER (PARTITION BY listing_id, stage ORDER BY at_time) = 1 AS first_of_stage
        FROM pursuits
        WHERE stage <> 'skipped'
    )
    GROUP BY listing_id
    HAVING min(at_time) >= $since AND min(at_time) < $until
)
SELECT
    events.listing_id,
    coalesce(marketplace(listing.platform, listing.url), events.source, 'elsewhere') AS platform,
    coalesce(events.source, marketplace(listing.platform, listing.url), 'elsewhere') AS channel,
    events.elsewhere,
    d.proof,
    coalesce((SELECT list(DISTINCT feed ORDER BY feed) FROM presence WHERE presence.listing_id = events.listing_id AND feed <> 'judged'), []) AS feeds,
    events.begun_at,
    coalesce(
        (SELECT min(sent_at) FROM alerts WHERE alerts.listing_id = events.listing_id AND kind IN ('match', 'changed')),
        listing.first_seen_at,
        events.begun_at
    ) AS known_at,
    events.stages,
    events.connects,
    events.won,
    events.hours,
    events.led,
    events.objections
FROM events
LEFT JOIN listing USING (listing_id)
LEFT JOIN decisions AS d USING (listing_id)
WHERE listing.listing_id IS NOT NULL OR events.elsewhere
ORDER BY events.begun_at, events.listing_id;
