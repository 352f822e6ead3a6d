-- Every rating that stands.
SELECT listing_id, rating, at_time FROM ratings;
