-- Decisions are numbered from 1, each number once and none left out.
SELECT format('decision {} comes after {}', seq, before) AS example
FROM (SELECT seq, lag(seq, 1, 0::BIGINT) OVER (ORDER BY seq) AS before FROM decision)
WHERE seq <> before + 1;
