-- The newest rating of each job.
SELECT listing_id, rating, because, at_time
FROM rating
QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY at_time DESC, rowid DESC) = 1;
