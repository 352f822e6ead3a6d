-- The stored features of these texts.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT text_hash, payload FROM text_features WHERE rowid IN (SELECT rowid FROM text_features WHERE key IN (SELECT unnest($keys::UBIGINT[])));
