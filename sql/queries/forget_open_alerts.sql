-- Makes room for newer rows of these alerts, or none.
DELETE FROM open_alert WHERE alert_id IN (SELECT unnest($ids));
