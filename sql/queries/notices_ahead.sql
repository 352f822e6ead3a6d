-- Notices from one time on that were owed by a clock that was ahead: later than now, or followed by rows of an hour before.
WITH told AS (
    SELECT seq, alert_id, event_at FROM alert_event
    WHERE event_at >= $since AND kind = 'notice' AND event IN ('owed', 'held')
),
later AS (SELECT seq, event_at FROM alert_event WHERE seq > (SELECT min(seq) FROM told))
SELECT alert_id FROM told
WHERE event_at > $now
    OR EXISTS (SELECT 1 FROM later WHERE later.seq > told.seq AND later.event_at < told.event_at - INTERVAL 1 HOUR);
