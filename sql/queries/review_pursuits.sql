-- Each job whose first pursuit event lies in a window: when each stage was first recorded, what it cost and what it brought.
WITH events AS (
    SELECT
        listing_id,
        min(at_time) AS begun_at,
        map_from_entries(list(struct_pack(k := stage, v := at_time) ORDER BY at_time) FILTER (first_of_stage)) AS stages,
        sum(connects) AS connects,
        max(amount) FILTER (stage = 'hired') AS won,
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
    listing.platform,
    d.proof,
    coalesce((SELECT list(DISTINCT feed ORDER BY feed) FROM presence WHERE presence.listing_id = events.listing_id), []) AS feeds,
    events.begun_at,
    coalesce(
        (SELECT min(sent_at) FROM alerts WHERE alerts.listing_id = events.listing_id AND kind IN ('match', 'changed')),
        listing.first_seen_at
    ) AS known_at,
    events.stages,
    events.connects,
    events.won,
    events.objections
FROM events
JOIN listing USING (listing_id)
LEFT JOIN decisions AS d USING (listing_id)
ORDER BY events.begun_at, events.listing_id;
