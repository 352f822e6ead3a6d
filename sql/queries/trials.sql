-- Every declared trial, the oldest first.
SELECT name, problem, offer, started_at, days, ended_at, criteria_hash, contacts_a_week, pursuits FROM trials ORDER BY started_at, name;
