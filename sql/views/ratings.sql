-- The user's feedback on jobs.
CREATE OR REPLACE VIEW ratings AS
SELECT listing_id, rating, because, at_time FROM rating;
