-- The newest decision on each of these jobs.
-- By rowid, so that only the key is read of all rows, and the rest of those that are asked for.
SELECT listing_id, criteria_hash, decision, score, proof, first_step, ask, exposure, reason, proof_exposure, signals, findings
FROM decision
WHERE rowid IN (SELECT rowid FROM decision WHERE key IN (SELECT unnest($keys::UBIGINT[])))
QUALIFY row_number() OVER (PARTITION BY listing_id ORDER BY seq DESC) = 1;
