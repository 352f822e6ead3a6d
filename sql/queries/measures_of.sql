-- The measures under these settings of the listings first seen since then.
FROM measure
WHERE text_key IN (SELECT unnest($text_keys::UBIGINT[])) AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ);
