-- The rejected listings first seen since then, each with the findings that reject it.
-- Judged rows are read from a day before on: a job is decided when it is first seen, or later. By rowid, so that findings are read only of
-- those that count.
WITH recent AS (
    SELECT listing_id, title FROM listing WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ
),
newest AS (
    SELECT arg_max(rowid, seq) AS place
    FROM decision SEMI JOIN recent USING (listing_id)
    WHERE $since::TIMESTAMPTZ IS NULL OR decided_at >= $since::TIMESTAMPTZ - INTERVAL 1 DAY
    GROUP BY listing_id
    HAVING arg_max(decision, seq) = 'rejected'
)
SELECT
    decision.listing_id,
    recent.title,
    list_transform(
        list_filter(
            findings,
            lambda f: (f.verdict = 'fail' AND list_contains($on_fail, f.criterion))
                OR (f.verdict = 'unknown' AND list_contains($on_unknown, f.criterion))
        ),
        lambda f: struct_pack(criterion := f.criterion, value := f.value, threshold := f.threshold, unit := f.unit)
    ) AS against
FROM decision JOIN recent USING (listing_id)
WHERE decision.rowid IN (SELECT place FROM newest);
