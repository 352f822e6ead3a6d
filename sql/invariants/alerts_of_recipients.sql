-- Every alert that isn't finished is for a recipient that its destination has, if its url was ever read.
WITH here AS (
    FROM recipient
    QUALIFY row_number() OVER (PARTITION BY destination, slot ORDER BY rowid DESC) = 1 AND event <> 'left'
)
SELECT format('alert {} for {} {}', alert_id[:12], destination, slot) AS example
FROM open_alert
WHERE destination IN (SELECT destination FROM recipient)
    AND (destination, slot) NOT IN (SELECT (destination, slot) FROM here);
