-- What else such a history holds, once its listings are there.
INSERT INTO listing_edit BY NAME
SELECT listing.* REPLACE (1 AS revision, seen_at + INTERVAL 1 HOUR AS seen_at, '{"budget_max": [100, 200]}' AS changes)
FROM listing
JOIN plan USING (listing_id)
WHERE number % 50 = 7
ORDER BY number;

INSERT INTO current_entry SELECT feed, format('{:064x}', number), listing_id FROM plan WHERE number >= $held;

INSERT INTO feed_state BY NAME
SELECT
    'f' || n AS feed, 'upwork' AS platform, $now AS last_ok_at, $now AS last_full_at, 'ok' AS last_outcome, 0 AS consecutive_failures,
    0 AS not_found, 'ok' AS condition, 300 AS interval_s, $now AS last_new_at, true AS seen_entries, 1 AS good_polls, 0 AS empty_polls
FROM range($feeds) AS feeds(n);

INSERT INTO poll
SELECT
    format('run{:08d}', n), 'f' || feed, $now::TIMESTAMPTZ - to_seconds(300 * ($polls - 1 - n)),
    CASE WHEN n % 20 = 0 THEN 'ok' ELSE 'not_modified' END,
    CASE WHEN n % 20 = 0 THEN 200 ELSE 304 END,
    CASE WHEN n % 20 = 0 THEN 40000 ELSE 0 END,
    CASE WHEN n % 20 = 0 THEN 50 ELSE 0 END,
    CASE WHEN n % 20 = 0 THEN 1 ELSE 0 END,
    0, NULL
FROM range($polls) AS times(n), range($feeds) AS feeds(feed)
ORDER BY n, feed;

INSERT INTO run
SELECT format('run{:08d}', n), started, CASE WHEN ended THEN started + INTERVAL 2 SECOND END, CASE WHEN ended THEN $feeds ELSE 0 END, 0, 0, 0, 0
FROM (SELECT n, $now::TIMESTAMPTZ - to_seconds(300 * ($polls - 1 - n)) AS started FROM range($polls) AS times(n)),
    (VALUES (false), (true)) AS part(ended)
ORDER BY n, ended;

-- The newest listings that are worth an alert, each with all of its events, up to the wanted number.
CREATE TEMP TABLE alerted AS
FROM (
    SELECT
        plan.*, decision, score,
        sum(CASE WHEN decision = 'review' AND seen > $now - INTERVAL 12 HOUR THEN 1 ELSE 3 END) OVER (ORDER BY number DESC) AS total
    FROM plan
    JOIN decision USING (listing_id)
    WHERE decision <> 'rejected'
)
WHERE total <= $events;

CREATE TEMP TABLE event AS
SELECT
    alert_key AS key, key AS listing_key, alert_id, listing_id, NULL::VARCHAR AS subject, 'match' AS kind, score, step.event,
    seen + to_seconds(step.n) AS event_at, step.attempt,
    CASE WHEN step.n = 0 AND decision = 'review' THEN 'waits for the digest' ELSE '' END AS reason,
    CASE WHEN step.n = 0 AND decision = 'review' THEN 'review' END AS cause, NULL::VARCHAR AS topic, NULL::VARCHAR AS about,
    CASE WHEN step.n > 0 THEN alert_id END AS message
FROM alerted,
    (VALUES (0, 'qualified', 'owed', 0), (0, 'review', 'held', 0), (1, '', 'attempt', 1), (2, '', 'sent', 1))
        AS step(n, only_of, event, attempt)
WHERE only_of IN ('', decision) AND (step.n = 0 OR decision = 'qualified' OR seen <= $now - INTERVAL 12 HOUR);

-- What is wanted beyond that are notices, one a minute.
INSERT INTO event
SELECT
    hash('notice', notice), NULL, lpad(notice::VARCHAR, 64, '0'), NULL, 'feed_silent:f' || notice % $feeds || '|2026-01-01', 'notice', NULL,
    step.event, $now::TIMESTAMPTZ - to_seconds(60 * (1 + notice)) + to_seconds(step.n), least(step.n, 1), 'A feed is silent.',
    NULL, 'feed_silent', 'f' || notice % $feeds, CASE WHEN step.n > 0 THEN lpad(notice::VARCHAR, 64, '0') END
FROM range(greatest(0, ($wanted - (SELECT count(*) FROM event)) // 3)) AS notices(notice),
    (VALUES (0, 'owed'), (1, 'attempt'), (2, 'sent')) AS step(n, event);

INSERT INTO destination SELECT 'here', coalesce((SELECT min(seen) FROM alerted), $now::TIMESTAMPTZ);

INSERT INTO alert_event BY NAME
SELECT row_number() OVER (ORDER BY event_at, alert_id) AS seq, 'here' AS destination, 'run00000001' AS run_id, *
FROM event
ORDER BY seq;

INSERT INTO open_alert BY NAME
SELECT
    alert_id, destination, kind, listing_id, subject, score, event_at AS enqueued_at, event AS last_event, event_at AS last_event_at,
    attempt AS attempts, reason, true AS for_digest, false AS may_repeat, cause, topic, about
FROM alert_event
QUALIFY count(*) OVER (PARTITION BY alert_id) = 1;

INSERT INTO pursuit (pursuit_id, listing_id, stage, at_time, connects, amount, objection, note, recorded_at)
SELECT format('{:020x}', number), listing_id, 'pursued', seen + INTERVAL 1 HOUR, 12, NULL, NULL, NULL, seen + INTERVAL 1 HOUR
FROM alerted
WHERE decision = 'qualified' AND number % 300 = 0;

INSERT INTO rating (listing_id, rating, because, at_time, rating_id, way)
SELECT listing_id, CASE WHEN number % 3 = 0 THEN 'bad' ELSE 'good' END, NULL, seen + INTERVAL 2 HOUR,
    format('{:032x}', number), 'command'
FROM alerted
WHERE number % 500 = 1;

UPDATE counter SET
    commits = commits + 1,
    listings = (SELECT count(*) FROM listing),
    decisions = (SELECT count(*) FROM decision),
    events = (SELECT count(*) FROM alert_event);
