-- Where the listings first seen since then stand that a language model was asked about.
SELECT rowid AS place FROM listing
WHERE listing_id IN (SELECT listing_id FROM opinion) AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
ORDER BY rowid;
