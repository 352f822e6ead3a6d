-- When the newest alert of a destination began.
SELECT max(begun_at) AS begun_at FROM (SELECT min(event_at) AS begun_at FROM alert_event WHERE destination = $destination GROUP BY key);
