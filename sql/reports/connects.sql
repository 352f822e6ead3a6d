-- What was spent and what came back, per month of the pursuit: connects, pursuits, replies, deals, money won.
WITH pursued AS (
    SELECT
        listing_id,
        min(at_time) AS begun_at,
        sum(connects) AS connects,
        bool_or(stage IN ('replied', 'interviewed', 'hired')) AS replied,
        bool_or(stage = 'hired') AS hired,
        max(amount) FILTER (stage = 'hired') AS won
    FROM pursuits
    WHERE stage <> 'skipped'
    GROUP BY listing_id
)
SELECT
    strftime(date_trunc('month', begun_at), '%Y-%m') AS month,
    count(*) AS pursuits,
    sum(connects) AS connects,
    count(*) FILTER (replied) AS replied,
    count(*) FILTER (hired) AS hired,
    sum(won) AS won,
    round(sum(won) / nullif(sum(connects), 0), 2) AS won_per_connect
FROM pursued
GROUP BY date_trunc('month', begun_at)
ORDER BY month;
