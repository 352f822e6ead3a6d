-- The newest rating of each of these jobs that has one.
SELECT listing_id, arg_max(rating, at_time) FROM ratings WHERE listing_id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY listing_id;
