-- Every listing that ever qualified has a ledger row for each destination that had begun when it first came up for review or qualified.
-- A destination that is held back by its filters, a backlog or a baseline has a suppressed row. While one is out of the configuration
-- ('away' in meta) it owes nothing. What was decided since the last cycle is left to the next one, which knows the configuration.
WITH first_notable AS (
    SELECT listing_id, min(decided_at) AS decided_at
    FROM decision
    WHERE decision <> 'rejected'
    GROUP BY listing_id
    HAVING bool_or(decision = 'qualified')
),
begun AS (SELECT name, min(began_at) AS began_at FROM destination GROUP BY name),
away AS (
    SELECT unnest(from_json(value, '[{"name": "VARCHAR", "gone_at": "TIMESTAMPTZ", "back_at": "TIMESTAMPTZ"}]'), max_depth := 2)
    FROM meta
    WHERE key = 'away'
)
SELECT format('listing {} for {}', first_notable.listing_id, begun.name) AS example
FROM first_notable
JOIN begun ON begun.began_at <= first_notable.decided_at
WHERE first_notable.decided_at <= (SELECT max(finished_at) FROM run)
    AND NOT EXISTS (
        SELECT 1 FROM away
        WHERE away.name = begun.name
            AND first_notable.decided_at BETWEEN away.gone_at AND coalesce(away.back_at, first_notable.decided_at)
    )
    AND NOT EXISTS (SELECT 1 FROM alert_event AS e WHERE e.listing_id = first_notable.listing_id AND e.destination = begun.name);
