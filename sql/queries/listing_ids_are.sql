-- Whether there is a job with this id: a fifth of what looking for a prefix takes.
SELECT listing_id FROM listing WHERE listing_id = $listing_id::VARCHAR;
