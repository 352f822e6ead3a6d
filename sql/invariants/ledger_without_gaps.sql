-- The ledger's events are numbered from 1, each number once and none left out.
SELECT format('event {} comes after {}', seq, before) AS example
FROM (SELECT seq, lag(seq, 1, 0::BIGINT) OVER (ORDER BY seq) AS before FROM alert_event)
WHERE seq <> before + 1;
