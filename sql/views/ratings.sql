-- The user's feedback on jobs; what was undone is left out.
CREATE OR REPLACE VIEW ratings AS
SELECT listing_id, rating, because, at_time FROM rating ANTI JOIN rating_undo USING (rating_id);
