-- The newest live facts of each of these jobs.
SELECT listing_id, newest.seen_at, newest.proposals_min, newest.proposals_max, newest.interviewing, newest.connects
FROM (
    SELECT
        listing_id,
        arg_max(
            struct_pack(
                seen_at := seen_at, proposals_min := proposals_min, proposals_max := proposals_max, interviewing := interviewing, connects := connects
            ),
            seen_at
        ) AS newest
    FROM observation
    WHERE key IN (SELECT unnest($keys::UBIGINT[]))
    GROUP BY listing_id
);
