-- Entries as they came, older than [database] keep_raw. What was read from them (listings, identities, decisions, ledger) stays.
DELETE FROM raw_entry WHERE seen_at < $before;
