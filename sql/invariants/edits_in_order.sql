-- Every edit is one of a listing that exists, and its edits are numbered from 1 without a gap.
SELECT format('listing {}', listing_id) AS example
FROM listing_edit
GROUP BY listing_id
HAVING min(revision) <> 1 OR max(revision) <> count(*) OR count(DISTINCT revision) <> count(*)
UNION ALL
SELECT format('listing {}', listing_id) FROM listing_edit ANTI JOIN listing USING (listing_id);
