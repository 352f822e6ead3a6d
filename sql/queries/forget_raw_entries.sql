-- Entries as they came, older than [database] keep_raw, so many at most. What was read from them (listings, identities, decisions, ledger) stays.
DELETE FROM raw_entry WHERE rowid IN (SELECT rowid FROM raw_entry WHERE seen_at < $before LIMIT $most);
