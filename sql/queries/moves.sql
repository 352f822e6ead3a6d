-- The listings that only one of two versions of the criteria lets qualify, with what the proposed one decides.
SELECT listing_id, proposed.decision
FROM present JOIN proposed USING (listing_id)
WHERE (present.decision = 0) != (proposed.decision = 0)
ORDER BY listing_id;
