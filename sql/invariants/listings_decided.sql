-- Every listing was decided, and every decision is about a listing that exists.
SELECT format('listing {} was never decided', listing_id) AS example FROM listing ANTI JOIN decision USING (listing_id)
UNION ALL
SELECT format('decision {} is about listing {}', seq, listing_id) FROM decision ANTI JOIN listing USING (listing_id);
