-- What these feeds hold now.
SELECT feed, digest, listing_id FROM current_entry WHERE feed IN (SELECT unnest($feeds));
