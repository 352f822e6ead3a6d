-- Those of these alerts that aren't finished.
FROM open_alert WHERE alert_id IN (SELECT unnest($ids));
