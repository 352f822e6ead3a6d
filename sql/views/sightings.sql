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
    FROM internal.presence
    GROUP BY listing_id, feed
) AS seen
LEFT JOIN (SELECT DISTINCT listing_id, feed FROM internal.current_entry) AS here USING (listing_id, feed)
LEFT JOIN internal.feed_state USING (feed);
COMMENT ON VIEW sightings IS 'One row per job and feed: where and how long it was seen.';
COMMENT ON COLUMN sightings.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN sightings.feed IS 'the feed''s name';
COMMENT ON COLUMN sightings.first_seen_at IS 'when this feed first brought it';
COMMENT ON COLUMN sightings.last_seen_at IS 'the feed''s last good poll while it was in it; an unchanged feed counts';
COMMENT ON COLUMN sightings.present IS 'whether it was in the feed at its last good poll';
