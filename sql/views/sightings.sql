-- Each job and feed: when it was first seen there, and until when. While the entry is in the feed, every good poll of the feed (a 304
-- too) is a sighting, so that an unchanged feed costs no row here.
CREATE OR REPLACE VIEW sightings AS
SELECT
    seen.listing_id,
    seen.feed,
    seen.first_seen_at,
    CASE WHEN here.listing_id IS NOT NULL
        THEN greatest(coalesce(feed_state.last_ok_at, seen.last_event_at), seen.last_event_at)
        ELSE seen.last_seen_at
    END AS last_seen_at,
    here.listing_id IS NOT NULL AS present
FROM (
    SELECT
        listing_id,
        feed,
        min(event_at) AS first_seen_at,
        max(event_at) FILTER (event = 'appeared') AS last_event_at,
        coalesce(max(last_seen_at), min(event_at)) AS last_seen_at
    FROM presence
    GROUP BY listing_id, feed
) AS seen
LEFT JOIN (SELECT DISTINCT listing_id, feed FROM current_entry) AS here USING (listing_id, feed)
LEFT JOIN feed_state USING (feed);
