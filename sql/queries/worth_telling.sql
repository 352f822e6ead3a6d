-- Of these jobs, those that are still there, that were decided since then and not rejected last, and that nobody has tracked or rated. An undone
-- answer counts here: who sends looks closer.
SELECT listing_id
FROM decision
WHERE rowid IN (SELECT rowid FROM decision WHERE decided_at >= $since AND key IN (SELECT unnest($keys::UBIGINT[])))
GROUP BY listing_id
HAVING arg_max(decision, seq) <> 'rejected'
INTERSECT SELECT listing_id FROM listing WHERE listing_id IN (SELECT unnest($ids))
EXCEPT (SELECT listing_id FROM pursuit UNION ALL SELECT listing_id FROM rating);
