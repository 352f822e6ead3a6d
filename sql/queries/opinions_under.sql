-- Every request under these keys, about whichever job, the oldest first: equal texts are asked about once.
SELECT listing_id, opinion_key, model, prompt_version, asked_at, ms, tokens, state, why, answer::VARCHAR AS answer, purpose, shape, endpoint
FROM opinion
WHERE rowid IN (SELECT rowid FROM opinion WHERE opinion_key IN (SELECT unnest($opinion_keys::VARCHAR[])))
ORDER BY rowid;
