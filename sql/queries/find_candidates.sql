-- The jobs in which the most of the words may occur, those with more of them in title and skills first, then the newest; `there` says how many.
-- $words are patterns, at most twelve. Written out, each is compiled once and those that aren't given cost nothing; over a list of words it takes
-- three times as long, for the text is put together and made lower case for each of them. Only what is ordered by is carried: texts are read later.
SELECT listing_id, there
FROM (
    SELECT
        listing_id,
        first_seen_at,
        (
              coalesce(regexp_matches(description, $words[1]) OR regexp_matches(head, $words[1]), false)::INT
            + coalesce(regexp_matches(description, $words[2]) OR regexp_matches(head, $words[2]), false)::INT
            + coalesce(regexp_matches(description, $words[3]) OR regexp_matches(head, $words[3]), false)::INT
            + coalesce(regexp_matches(description, $words[4]) OR regexp_matches(head, $words[4]), false)::INT
            + coalesce(regexp_matches(description, $words[5]) OR regexp_matches(head, $words[5]), false)::INT
            + coalesce(regexp_matches(description, $words[6]) OR regexp_matches(head, $words[6]), false)::INT
            + coalesce(regexp_matches(description, $words[7]) OR regexp_matches(head, $words[7]), false)::INT
            + coalesce(regexp_matches(description, $words[8]) OR regexp_matches(head, $words[8]), false)::INT
            + coalesce(regexp_matches(description, $words[9]) OR regexp_matches(head, $words[9]), false)::INT
            + coalesce(regexp_matches(description, $words[10]) OR regexp_matches(head, $words[10]), false)::INT
            + coalesce(regexp_matches(description, $words[11]) OR regexp_matches(head, $words[11]), false)::INT
            + coalesce(regexp_matches(description, $words[12]) OR regexp_matches(head, $words[12]), false)::INT
        ) AS there,
        (
              coalesce(regexp_matches(head, $words[1]), false)::INT
            + coalesce(regexp_matches(head, $words[2]), false)::INT
            + coalesce(regexp_matches(head, $words[3]), false)::INT
            + coalesce(regexp_matches(head, $words[4]), false)::INT
            + coalesce(regexp_matches(head, $words[5]), false)::INT
            + coalesce(regexp_matches(head, $words[6]), false)::INT
            + coalesce(regexp_matches(head, $words[7]), false)::INT
            + coalesce(regexp_matches(head, $words[8]), false)::INT
            + coalesce(regexp_matches(head, $words[9]), false)::INT
            + coalesce(regexp_matches(head, $words[10]), false)::INT
            + coalesce(regexp_matches(head, $words[11]), false)::INT
            + coalesce(regexp_matches(head, $words[12]), false)::INT
        ) AS there_in_head
    FROM (SELECT *, concat_ws(' ', title, array_to_string(skills, ' ')) AS head FROM listing_newest)
    WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ
)
ORDER BY there DESC, there_in_head DESC, first_seen_at DESC, listing_id
LIMIT $at_most;
