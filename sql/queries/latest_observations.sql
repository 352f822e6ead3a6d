-- The newest live facts of each of these jobs.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
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
    WHERE rowid IN (SELECT rowid FROM observation WHERE key IN (SELECT unnest($keys::UBIGINT[])))
    GROUP BY listing_id
);
