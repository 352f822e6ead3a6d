-- What steers an alert gets columns of its own beside the sentences for people: what stands in its way (cause), what a notice is about
-- (topic, about), and which of a destination's messages an attempt or result was part of (message). Texts are read here once and never again.
-- The tables are made anew, in their order: that is far cheaper than changing ten million rows in place.

-- What a text of an earlier version meant, but for that of `goldmine alerts drop --why TEXT`, whose words are the user's and mean nothing: it is
-- known by where it stands (below).
CREATE TEMP MACRO told_cause(event, reason, subject) AS
CASE
    WHEN event IN ('attempt', 'sent') OR (event = 'owed' AND reason <> 'asked for by hand') THEN NULL
    WHEN reason = 'asked for by hand' THEN 'by_hand'
    WHEN event = 'suppressed' THEN CASE
        WHEN reason IN ('restored from a backup', 'imported from an export') THEN 'baseline'
        WHEN starts_with(reason, 'read again (goldmine reparse)') THEN 'rescan'
        WHEN starts_with(reason, 'backlog') THEN 'backlog'
        WHEN starts_with(reason, 'older than max_age') THEN 'too_old'
        WHEN starts_with(reason, 'a repost of') THEN 'repost'
        WHEN starts_with(reason, 'rescan:') THEN 'rescan'
        WHEN starts_with(reason, 'judged by hand') THEN 'judged'
        WHEN starts_with(reason, 'a review listing, and ') OR starts_with(reason, 'told as a changed listing') THEN 'review'
        WHEN starts_with(reason, 'mode digest, and ') THEN 'digest'
        WHEN starts_with(reason, 'no longer qualifies: ')
            OR regexp_full_match(reason, '.*\((feeds|platforms|proofs|decisions|minimum_score|maximum_score)\)') THEN 'filtered'
        ELSE 'unknown_before'
    END
    WHEN event = 'held' THEN CASE
        WHEN starts_with(subject, 'summary|') THEN 'digest'
        WHEN starts_with(reason, 'review listing') THEN 'review'
        WHEN starts_with(reason, 'waits for the') THEN 'digest'
        WHEN starts_with(reason, 'quiet hours until ') THEN 'quiet_hours'
        WHEN starts_with(reason, 'hourly limit of ') THEN 'hourly_limit'
        ELSE 'unknown_before'
    END
    WHEN starts_with(reason, 'destination down: ') THEN 'destination_down'
    WHEN starts_with(reason, 'rate limit: ') THEN 'rate_limited'
    WHEN event = 'dead' OR starts_with(reason, 'refused: ') THEN 'refused'
    WHEN event = 'retry' THEN 'destination_down'
    WHEN starts_with(reason, 'the program ended while sending') THEN 'killed'
    WHEN starts_with(reason, 'owed when the backup was made') THEN 'restored'
    WHEN event = 'uncertain' THEN 'uncertain'
    ELSE 'unknown_before'
END;

-- What an earlier version's subject was about, its day left out: 'feed:NAME:recovered', 'summary'.
CREATE TEMP MACRO told_topic(about) AS
CASE
    WHEN about IS NULL THEN NULL
    WHEN about IN ('deadman', 'restored', 'summary') THEN about
    WHEN regexp_full_match(about, 'feed:.*:(recovered|swapped|rotated|silent|first)') THEN 'feed_' || regexp_extract(about, '[a-z]*$')
    WHEN regexp_full_match(about, 'feed:.*:storm') THEN 'storm'
    WHEN starts_with(about, 'feed:') THEN 'feed'
    WHEN regexp_full_match(about, 'destination:.*:recovered') THEN 'destination_recovered'
    WHEN starts_with(about, 'destination:') THEN 'destination'
    WHEN starts_with(about, 'refused:') THEN 'message_refused'
    ELSE 'other'
END;
CREATE TEMP MACRO told_name(about) AS
CASE
    WHEN about IS NULL THEN NULL
    WHEN told_topic(about) = 'other' THEN about
    WHEN told_topic(about) IN ('feed', 'destination', 'message_refused') THEN regexp_extract(about, '^[a-z]+:(.*)$', 1)
    ELSE coalesce(regexp_extract(about, '^[a-z]+:(.*):[a-z]+$', 1), '')
END;

CREATE TABLE caused_event (
    seq BIGINT NOT NULL, key UBIGINT NOT NULL, listing_key UBIGINT, alert_id VARCHAR NOT NULL, event VARCHAR NOT NULL,
    event_at TIMESTAMPTZ NOT NULL, destination VARCHAR NOT NULL, kind VARCHAR NOT NULL, listing_id VARCHAR, subject VARCHAR,
    score DECIMAL(5, 2), attempt INTEGER NOT NULL, reason VARCHAR NOT NULL, next_try_at TIMESTAMPTZ, run_id VARCHAR,
    cause VARCHAR, topic VARCHAR, about VARCHAR, message VARCHAR
);
INSERT INTO caused_event BY NAME
SELECT
    e.*,
    told_cause(e.event, e.reason, e.subject) AS cause,
    told_topic(regexp_replace(e.subject, '\|[^|]*$', '')) AS topic,
    told_name(regexp_replace(e.subject, '\|[^|]*$', '')) AS about,
    CASE
        WHEN e.event = 'sent' AND starts_with(e.reason, 'in a digest of ') THEN 'digest'
        WHEN e.event IN ('attempt', 'sent', 'retry', 'dead', 'uncertain') THEN e.alert_id
    END AS message
FROM alert_event AS e;
DROP TABLE alert_event;
ALTER TABLE caused_event RENAME TO alert_event;

-- Suppressed later than it began, and by no run; reading again has no run either, but its own words. They are few.
UPDATE alert_event SET cause = 'by_hand'
WHERE seq IN (
    SELECT seq
    FROM alert_event
    WHERE key IN (SELECT key FROM alert_event WHERE event = 'suppressed' AND run_id IS NULL)
    QUALIFY event = 'suppressed' AND run_id IS NULL AND seq > min(seq) OVER (PARTITION BY key)
        AND reason <> 'read again (goldmine reparse): alerts no one'
);

CREATE TABLE caused_alert (
    alert_id VARCHAR NOT NULL, destination VARCHAR NOT NULL, kind VARCHAR NOT NULL, listing_id VARCHAR, subject VARCHAR, score DECIMAL(5, 2),
    enqueued_at TIMESTAMPTZ NOT NULL, last_event VARCHAR NOT NULL, last_event_at TIMESTAMPTZ NOT NULL, attempts INTEGER NOT NULL,
    reason VARCHAR NOT NULL, next_try_at TIMESTAMPTZ, for_digest BOOLEAN NOT NULL, may_repeat BOOLEAN NOT NULL,
    cause VARCHAR, topic VARCHAR, about VARCHAR
);
INSERT INTO caused_alert BY NAME
SELECT o.*, newest.cause, newest.topic, newest.about
FROM open_alert AS o
LEFT JOIN (
    SELECT alert_id, cause, topic, about
    FROM alert_event SEMI JOIN open_alert USING (alert_id)
    QUALIFY row_number() OVER (PARTITION BY alert_id ORDER BY seq DESC) = 1
) AS newest USING (alert_id)
ORDER BY o.rowid;
DROP TABLE open_alert;
ALTER TABLE caused_alert RENAME TO open_alert;

DROP MACRO told_cause;
DROP MACRO told_name;
DROP MACRO told_topic;
