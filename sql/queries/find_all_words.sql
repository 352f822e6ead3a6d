-- The jobs in which all of the words occur, those with more of them in title and skills first, then the newest.
-- $rarest is the rarest word, which decides for most rows (ILIKE in front of it takes three times as long); $stems are how the words begin,
-- in lower case.
SELECT listing_id
FROM (
    SELECT listing_id, first_seen_at, description, concat_ws(' ', title, array_to_string(skills, ' ')) AS head
    FROM listing_newest
    WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ
)
WHERE (regexp_matches(description, $rarest) OR regexp_matches(head, $rarest))
    AND (len($stems) = 1 OR len(list_filter($stems::VARCHAR[], lambda s: contains(lower(concat_ws(' ', head, description)), s))) = len($stems))
ORDER BY len(list_filter($stems::VARCHAR[], lambda s: contains(lower(head), s))) DESC, first_seen_at DESC, listing_id
LIMIT $at_most;
