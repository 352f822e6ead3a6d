-- The jobs whose texts may be nearly the same as these. Of a key that very many share (a template), the first ones and the last ones.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT key, listing_id
FROM text_key
WHERE rowid IN (SELECT rowid FROM text_key WHERE key IN (SELECT unnest($keys::UINTEGER[])))
QUALIFY row_number() OVER (PARTITION BY key ORDER BY rowid) <= 20 OR row_number() OVER (PARTITION BY key ORDER BY rowid DESC) <= 20;
