-- Of the jobs from one time to another those in which the most of the words may occur, those with more of them in title and skills first, then the
-- newest; `there` and `in_head` say how many. Left out are those with no more than $there words, of these no more than $in_head in title and skills.
-- Where only jobs with $all words can have more, a text is asked for a word only if it has those before.
-- $words are patterns, at most twelve. Written out, each is compiled once and those that aren't given cost nothing; over a list of words it takes
-- three times as long, for the text is put together and made lower case for each of them. Only what is ordered by is carried: texts are read later.
SELECT listing_id, there, in_head
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
        ) AS in_head
    FROM (
        SELECT listing_id, first_seen_at, description, concat_ws(' ', title, array_to_string(skills, ' ')) AS head
        FROM listing_newest
        WHERE ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since) AND ($until::TIMESTAMPTZ IS NULL OR first_seen_at < $until)
    )
    WHERE
        $there::INT + 1 < $all::INT
        OR ($there::INT < $all::INT AND $in_head::INT + 1 < $all::INT AND in_head > $in_head::INT)
        OR (
            ($there::INT < $all::INT OR in_head > $in_head::INT)
            AND ($words[1] IS NULL OR regexp_matches(description, $words[1]) OR regexp_matches(head, $words[1]))
            AND ($words[2] IS NULL OR regexp_matches(description, $words[2]) OR regexp_matches(head, $words[2]))
            AND ($words[3] IS NULL OR regexp_matches(description, $words[3]) OR regexp_matches(head, $words[3]))
            AND ($words[4] IS NULL OR regexp_matches(description, $words[4]) OR regexp_matches(head, $words[4]))
            AND ($words[5] IS NULL OR regexp_matches(description, $words[5]) OR regexp_matches(head, $words[5]))
            AND ($words[6] IS NULL OR regexp_matches(description, $words[6]) OR regexp_matches(head, $words[6]))
            AND ($words[7] IS NULL OR regexp_matches(description, $words[7]) OR regexp_matches(head, $words[7]))
            AND ($words[8] IS NULL OR regexp_matches(description, $words[8]) OR regexp_matches(head, $words[8]))
            AND ($words[9] IS NULL OR regexp_matches(description, $words[9]) OR regexp_matches(head, $words[9]))
            AND ($words[10] IS NULL OR regexp_matches(description, $words[10]) OR regexp_matches(head, $words[10]))
            AND ($words[11] IS NULL OR regexp_matches(description, $words[11]) OR regexp_matches(head, $words[11]))
            AND ($words[12] IS NULL OR regexp_matches(description, $words[12]) OR regexp_matches(head, $words[12]))
        )
)
ORDER BY there DESC, in_head DESC, first_seen_at DESC, listing_id
LIMIT $at_most;
