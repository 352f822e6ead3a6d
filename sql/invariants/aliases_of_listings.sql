-- Every name and every text key under which a job can come back leads to a listing.
SELECT format('{} {} of listing {}', kind, digest, listing_id) AS example FROM alias ANTI JOIN listing USING (listing_id)
UNION ALL
SELECT format('text key {} of listing {}', key, listing_id) FROM text_key ANTI JOIN listing USING (listing_id);
