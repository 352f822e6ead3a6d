-- The user's feedback on jobs; what was undone is left out.
CREATE OR REPLACE VIEW ratings AS
SELECT listing_id, rating, because, at_time FROM internal.rating ANTI JOIN internal.rating_undo USING (rating_id);
COMMENT ON VIEW ratings IS 'One row per rating of a listing by you.';
COMMENT ON COLUMN ratings.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN ratings.rating IS 'good: worth an alert; bad: not';
COMMENT ON COLUMN ratings.because IS 'what it was rated for';
COMMENT ON COLUMN ratings.at_time IS 'when';
