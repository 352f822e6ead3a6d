-- Every listing that ever qualified has a ledger row for each recipient that had joined when it first came up for review or qualified, and
-- was still there. What was decided before the url was first read, or since the last cycle, is left out (qualified_in_ledger).
WITH first_notable AS (
    SELECT listing_id, min(decided_at) AS decided_at
    FROM decision
    WHERE decision <> 'rejected'
    GROUP BY listing_id
    HAVING bool_or(decision = 'qualified')
),
stays AS (
    SELECT destination, slot, event, noted_at AS from_at,
        lead(noted_at) OVER (PARTITION BY destination, slot ORDER BY rowid) AS until_at
    FROM recipient
),
away AS (
    SELECT destination, gone_at, coalesce(back_at, 'infinity'::TIMESTAMPTZ) AS back_at FROM absence
)
SELECT format('listing {} for {} {}', first_notable.listing_id, stays.destination, stays.slot) AS example
FROM first_notable
JOIN stays ON stays.event <> 'left' AND stays.from_at < first_notable.decided_at
    AND first_notable.decided_at < coalesce(stays.until_at, 'infinity'::TIMESTAMPTZ)
WHERE first_notable.decided_at <= (SELECT max(finished_at) FROM run)
    AND NOT EXISTS (
        SELECT 1 FROM away
        WHERE away.destination = stays.destination AND first_notable.decided_at BETWEEN away.gone_at AND away.back_at
    )
    AND NOT EXISTS (
        SELECT 1 FROM alert_event AS e
        WHERE e.listing_id = first_notable.listing_id AND e.destination = stays.destination AND e.slot = stays.slot
    );
