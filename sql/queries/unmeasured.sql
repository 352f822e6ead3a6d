-- The listings that have no measures under these settings, as row numbers: that table only grows, so that they stay.
SELECT rowid
FROM listing
WHERE ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
    AND listing_id NOT IN (SELECT listing_id FROM measure WHERE text_key = $text_key)
ORDER BY rowid;
