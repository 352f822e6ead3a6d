-- Every request to a language model about these jobs, the oldest first.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT listing_id, opinion_key, model, prompt_version, asked_at, ms, tokens, state, why, answer::VARCHAR AS answer, purpose, shape, endpoint
FROM opinion
WHERE rowid IN (SELECT rowid FROM opinion WHERE key IN (SELECT unnest($keys::UBIGINT[])))
ORDER BY rowid;
