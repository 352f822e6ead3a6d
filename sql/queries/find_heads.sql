-- The newest of the jobs from one time to another that have all of the words in title and skills, as find_candidates gives them: without their texts.
SELECT listing_id, $all::INT AS there, $all::INT AS in_head
FROM (
    SELECT listing_id, first_seen_at, concat_ws(' ', title, array_to_string(skills, ' ')) AS head
    FROM listing_newest
    WHERE ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since) AND ($until::TIMESTAMPTZ IS NULL OR first_seen_at < $until)
)
WHERE
    true
    AND ($words[1] IS NULL OR regexp_matches(head, $words[1]))
    AND ($words[2] IS NULL OR regexp_matches(head, $words[2]))
    AND ($words[3] IS NULL OR regexp_matches(head, $words[3]))
    AND ($words[4] IS NULL OR regexp_matches(head, $words[4]))
    AND ($words[5] IS NULL OR regexp_matches(head, $words[5]))
    AND ($words[6] IS NULL OR regexp_matches(head, $words[6]))
    AND ($words[7] IS NULL OR regexp_matches(head, $words[7]))
    AND ($words[8] IS NULL OR regexp_matches(head, $words[8]))
    AND ($words[9] IS NULL OR regexp_matches(head, $words[9]))
    AND ($words[10] IS NULL OR regexp_matches(head, $words[10]))
    AND ($words[11] IS NULL OR regexp_matches(head, $words[11]))
    AND ($words[12] IS NULL OR regexp_matches(head, $words[12]))
ORDER BY first_seen_at DESC, listing_id
LIMIT $at_most;
