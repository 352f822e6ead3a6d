-- The jobs in which any of the words occurs, those with more of them first, then the newest. For when none has them all.
SELECT listing_id
FROM (
    SELECT listing_id, first_seen_at, description, concat_ws(' ', title, array_to_string(skills, ' ')) AS head
    FROM listing_newest
    WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ
)
WHERE regexp_matches(description, $any) OR regexp_matches(head, $any)
ORDER BY
    len(list_filter($stems::VARCHAR[], lambda s: contains(lower(concat_ws(' ', head, description)), s))) DESC,
    len(list_filter($stems::VARCHAR[], lambda s: contains(lower(head), s))) DESC,
    first_seen_at DESC,
    listing_id
LIMIT $at_most;
