-- What the user recorded, the newest first: of these jobs, with this id, from then on (each NULL: any). What was undone says so.
SELECT
    event_id, listing_id, kind, what, because, connects, amount, objection, note, at_time, recorded_at, way, undone, source, title, hours, led
FROM (
    SELECT
        pursuit_id AS event_id, listing_id, 'pursuit' AS kind, stage AS what, NULL AS because, connects, amount, objection, note,
        at_time, recorded_at, way, pursuit_id IN (SELECT pursuit_id FROM pursuit_undo) AS undone, rowid AS place,
        source, title, hours, led
    FROM pursuit
    UNION ALL
    SELECT
        rating_id, listing_id, 'rating', rating, because, NULL, NULL, NULL, NULL,
        at_time, at_time, way, coalesce(rating_id IN (SELECT rating_id FROM rating_undo), false), rowid,
        NULL, NULL, NULL, NULL
    FROM rating
)
WHERE ($ids::VARCHAR[] IS NULL OR list_contains($ids::VARCHAR[], listing_id))
    AND ($event_id::VARCHAR IS NULL OR event_id = $event_id::VARCHAR)
    AND ($since::TIMESTAMPTZ IS NULL OR recorded_at >= $since::TIMESTAMPTZ)
ORDER BY recorded_at DESC, place DESC, event_id;
