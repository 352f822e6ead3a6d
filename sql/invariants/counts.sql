-- The history holds as many listings, decisions and ledger events as its counter says, and one counter.
SELECT format('{}: {} counted, {} stored', what, counted, stored) AS example
FROM (
    SELECT 'listings' AS what, listings AS counted, (SELECT count(*) FROM listing) AS stored FROM counter
    UNION ALL SELECT 'decisions', decisions, (SELECT count(*) FROM decision) FROM counter
    UNION ALL SELECT 'ledger events', events, (SELECT count(*) FROM alert_event) FROM counter
    UNION ALL SELECT 'counters', 1, (SELECT count(*) FROM counter)
)
WHERE counted <> stored;
