-- How many calls the cycles made since then.
SELECT count(*) AS calls FROM opinion WHERE purpose = 'cycle' AND asked_at > $since;
