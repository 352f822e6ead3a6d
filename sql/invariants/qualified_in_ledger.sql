-- Every listing that ever qualified has a ledger row for each destination that had begun when it first came up for review or qualified.
-- A destination that is held back by its filters, a backlog or a baseline has a suppressed row. While one is out of the configuration
-- (`absence`) it owes nothing. What was decided since the last cycle is left to the next one, which knows the configuration.
WITH first_notable AS (
    SELECT listing_id, min(decided_at) AS decided_at
    FROM decision
    WHERE decision <> 'rejected'
    GROUP BY listing_id
    HAVING bool_or(decision = 'qualified')
),
begun AS (SELECT name, min(began_at) AS began_at FROM destination GROUP BY name)
SELECT format('listing {} for {}', first_notable.listing_id, begun.name) AS example
FROM first_notable
JOIN begun ON begun.began_at <= first_notable.decided_at
WHERE first_notable.decided_at <= (SELECT max(finished_at) FROM run)
    AND NOT EXISTS (
        SELECT 1 FROM absence
        WHERE absence.destination = begun.name
            AND first_notable.decided_at BETWEEN absence.gone_at AND coalesce(absence.back_at, first_notable.decided_at)
    )
    AND NOT EXISTS (SELECT 1 FROM alert_event AS e WHERE e.listing_id = first_notable.listing_id AND e.destination = begun.name);
