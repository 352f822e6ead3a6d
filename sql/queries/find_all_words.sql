-- The jobs in which all of the words occur, those with more of them in title and skills first, then the newest.
-- $like and $exact are the rarest word, which decides cheaply for most rows; $stems are how the words begin, in lower case.
SELECT listing_id
FROM (
    SELECT listing_id, first_seen_at, description, concat_ws(' ', title, array_to_string(skills, ' ')) AS head
    FROM listing_newest
    WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ
)
WHERE ((description ILIKE $like AND regexp_matches(description, $exact)) OR (head ILIKE $like AND regexp_matches(head, $exact)))
    AND (len($stems) = 1 OR len(list_filter($stems::VARCHAR[], lambda s: contains(lower(concat_ws(' ', head, description)), s))) = len($stems))
ORDER BY len(list_filter($stems::VARCHAR[], lambda s: contains(lower(head), s))) DESC, first_seen_at DESC, listing_id
LIMIT $at_most;
