-- When each of these jobs was last decided.
SELECT listing_id, max(decided_at) AS decided_at FROM decision WHERE key IN (SELECT unnest($keys::UBIGINT[])) GROUP BY listing_id;
