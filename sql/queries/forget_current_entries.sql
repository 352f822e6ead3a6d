-- Entries that left their feed, or are now read as another job.
DELETE FROM current_entry WHERE (feed, digest) IN (SELECT unnest($feeds), unnest($digests));
