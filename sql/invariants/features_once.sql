-- What was read out of a text is kept once for each text, and for the first version of every listing.
SELECT format('text {}', text_hash[:12]) AS example FROM text_features GROUP BY key, text_hash HAVING count(*) > 1
UNION ALL
SELECT format('the text of listing {}', listing_id) FROM listing ANTI JOIN text_features USING (text_hash);
