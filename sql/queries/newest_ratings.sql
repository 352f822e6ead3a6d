-- The newest rating of each job that wasn't undone.
SELECT listing_id, rating, because, at_time
FROM rating ANTI JOIN rating_undo USING (rating_id)
QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY at_time DESC, rating.rowid DESC) = 1;
