-- The history. Tables that tell what happened only grow. The few that tell what is so now (feed_state, current_entry, open_alert, counter,
-- meta) are small, have no index, and are replaced in the transaction that changes them. No index stands on a column that changes.

-- Small facts about this database.
CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL);

-- One row: how many transactions were committed and how many rows the tables that must never lose one hold; checked at each opening.
CREATE TABLE counter (commits BIGINT NOT NULL, listings BIGINT NOT NULL, decisions BIGINT NOT NULL, events BIGINT NOT NULL);
INSERT INTO counter VALUES (0, 0, 0, 0);

-- A job at its first sight. Money as stated; *_base in the user's currency at the rate of that day.
CREATE TABLE listing (
    listing_id VARCHAR PRIMARY KEY,
    revision INTEGER NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    text_hash VARCHAR NOT NULL,
    changes JSON,
    repost_of VARCHAR,
    platform VARCHAR NOT NULL,
    platform_job_id VARCHAR,
    guid VARCHAR,
    url VARCHAR,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    posted_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ,
    pay VARCHAR,
    pay_period VARCHAR,
    budget_min DECIMAL(18, 4),
    budget_max DECIMAL(18, 4),
    currency VARCHAR,
    budget_min_base DECIMAL(18, 4),
    budget_max_base DECIMAL(18, 4),
    skills VARCHAR[] NOT NULL,
    category VARCHAR,
    country VARCHAR,
    open_to VARCHAR[] NOT NULL,
    timezones VARCHAR[] NOT NULL,
    language VARCHAR,
    truncated BOOLEAN NOT NULL,
    company VARCHAR,
    experience_level VARCHAR,
    duration VARCHAR,
    hours_per_week DECIMAL(9, 2),
    connects INTEGER,
    proposals_min INTEGER,
    proposals_max INTEGER,
    interviewing INTEGER,
    client_payment_verified BOOLEAN,
    client_spent DECIMAL(18, 4),
    client_hires INTEGER,
    client_posted_jobs INTEGER,
    client_hire_rate DECIMAL(9, 6),
    client_rating DECIMAL(9, 4),
    client_reviews INTEGER,
    client_avg_hourly DECIMAL(18, 4),
    client_currency VARCHAR,
    client_spent_base DECIMAL(18, 4),
    client_avg_hourly_base DECIMAL(18, 4)
);

-- The same job after an edit: the whole of it again, and what changed. Few rows, so that the newest version is cheap to find.
CREATE TABLE listing_edit AS FROM listing LIMIT 0;

-- `key`, here and below: 64 bits of a hash of what a cycle looks up (a digest, a listing, a text, an alert). Without an index, 200 names among
-- 3,000,000 cost 21 ms of CPU by key and 33 as 128-bit numbers; 35 jobs among 2,000,000 rows 18 ms by key and 130 by their spelling.

-- The names under which a job can come back; kept for ever. The digest is 128 bits of SHA-256.
CREATE TABLE alias (
    key UBIGINT NOT NULL, digest UUID NOT NULL, kind VARCHAR NOT NULL, listing_id VARCHAR NOT NULL, first_seen_at TIMESTAMPTZ NOT NULL
);

-- The keys of each job's text: texts that are nearly the same share one (near.py). Eight rows a job; 32 bits are scanned fastest, and
-- what a chance collision brings up is compared anyway.
CREATE TABLE text_key (key UINTEGER NOT NULL, listing_id VARCHAR NOT NULL);

-- Entries as they came (the feed's own secrets replaced); the only facts that retention drops. `kind` of document and `source` that read
-- it say how to read it again.
CREATE TABLE raw_entry (
    listing_id VARCHAR NOT NULL, feed VARCHAR NOT NULL, seen_at TIMESTAMPTZ NOT NULL, digest VARCHAR NOT NULL, raw JSON NOT NULL,
    kind VARCHAR, source VARCHAR
);

-- The live facts of a job, when one of them changed.
CREATE TABLE observation (
    key UBIGINT NOT NULL, listing_id VARCHAR NOT NULL, seen_at TIMESTAMPTZ NOT NULL,
    proposals_min INTEGER, proposals_max INTEGER, interviewing INTEGER, connects INTEGER
);

-- A job came into a feed ('appeared') or left it ('gone', with the last good poll that still showed it).
CREATE TABLE presence (
    key UBIGINT NOT NULL, listing_id VARCHAR NOT NULL, feed VARCHAR NOT NULL, event VARCHAR NOT NULL,
    event_at TIMESTAMPTZ NOT NULL, last_seen_at TIMESTAMPTZ
);

-- Now: the entries that each feed holds, and the job that each was read as.
CREATE TABLE current_entry (feed VARCHAR NOT NULL, digest VARCHAR NOT NULL, listing_id VARCHAR NOT NULL);

-- Now: what is known of each feed between two polls.
CREATE TABLE feed_state (
    feed VARCHAR NOT NULL, platform VARCHAR, etag VARCHAR, last_modified VARCHAR, body_hash VARCHAR, last_ok_at TIMESTAMPTZ,
    last_full_at TIMESTAMPTZ, last_error VARCHAR, last_outcome VARCHAR, consecutive_failures INTEGER NOT NULL, not_found INTEGER NOT NULL,
    condition VARCHAR NOT NULL, interval_s DOUBLE NOT NULL, next_poll_at TIMESTAMPTZ, retry_after_until TIMESTAMPTZ, last_new_at TIMESTAMPTZ,
    seen_entries BOOLEAN NOT NULL, good_polls INTEGER NOT NULL, empty_polls INTEGER NOT NULL, origin VARCHAR, ttl DOUBLE
);

CREATE TABLE poll (
    run_id VARCHAR NOT NULL, feed VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL, outcome VARCHAR NOT NULL, http_status INTEGER,
    bytes BIGINT NOT NULL, entries INTEGER NOT NULL, new_listings INTEGER NOT NULL, skipped INTEGER NOT NULL, error VARCHAR
);

-- A cycle: one row when it begins (without finished_at), one when it ends.
CREATE TABLE run (
    run_id VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL, finished_at TIMESTAMPTZ, polled INTEGER NOT NULL, failed INTEGER NOT NULL,
    new_listings INTEGER NOT NULL, qualified INTEGER NOT NULL, sent INTEGER NOT NULL
);

-- Each decision that was ever made, with its findings. `seq` tells which is newer.
CREATE TABLE decision (
    seq BIGINT NOT NULL, key UBIGINT NOT NULL, listing_id VARCHAR NOT NULL, criteria_hash VARCHAR NOT NULL, decision VARCHAR NOT NULL,
    score DECIMAL(5, 2) NOT NULL, decided_at TIMESTAMPTZ NOT NULL, proof VARCHAR, first_step VARCHAR, exposure VARCHAR, reason VARCHAR NOT NULL,
    findings STRUCT(
        criterion VARCHAR, verdict VARCHAR, score DECIMAL(9, 6), reason VARCHAR, value DECIMAL(18, 6), threshold DECIMAL(18, 6),
        unit VARCHAR, evidence VARCHAR[], setting VARCHAR
    )[] NOT NULL
);

-- What the criteria need from a text, extracted once.
CREATE TABLE text_features (key UBIGINT NOT NULL, text_hash VARCHAR NOT NULL, payload VARCHAR NOT NULL);

-- What was measured of a job at its first sight, before any threshold: other thresholds are tried on the whole history without a text.
-- `text_key` names the settings that measuring depends on; a job may have a row for each. Narrow on purpose: a backtest reads all of it.
CREATE TABLE measure (
    listing_id VARCHAR NOT NULL, first_seen_at TIMESTAMPTZ NOT NULL, text_key UBIGINT NOT NULL, rules VARCHAR,
    similarities DECIMAL(5, 4)[] NOT NULL, scope VARCHAR NOT NULL, scope_score DECIMAL(5, 4) NOT NULL, specificity DECIMAL(5, 4) NOT NULL,
    silent BOOLEAN NOT NULL, pay_known BOOLEAN NOT NULL, hourly BOOLEAN NOT NULL, low DECIMAL(18, 6), high DECIMAL(18, 6),
    effort DECIMAL(9, 1), hours DECIMAL(18, 6), payment_verified BOOLEAN, spent DECIMAL(18, 4), hire_rate DECIMAL(9, 6),
    rating DECIMAL(9, 4), connects INTEGER, proposals INTEGER
);

CREATE TABLE criteria_version (criteria_hash VARCHAR NOT NULL, first_used_at TIMESTAMPTZ NOT NULL, text VARCHAR NOT NULL);

-- A destination owes what is decided from its first cycle on.
CREATE TABLE destination (name VARCHAR NOT NULL, began_at TIMESTAMPTZ NOT NULL);

-- The ledger. The state of an alert is that of its newest event.
CREATE TABLE alert_event (
    seq BIGINT NOT NULL, key UBIGINT NOT NULL, listing_key UBIGINT, alert_id VARCHAR NOT NULL, event VARCHAR NOT NULL,
    event_at TIMESTAMPTZ NOT NULL, destination VARCHAR NOT NULL, kind VARCHAR NOT NULL, listing_id VARCHAR, subject VARCHAR, score DECIMAL(5, 2), attempt INTEGER NOT NULL, reason VARCHAR NOT NULL,
    next_try_at TIMESTAMPTZ, run_id VARCHAR
);

-- Now: the alerts that aren't finished, so that no cycle scans the ledger.
CREATE TABLE open_alert (
    alert_id VARCHAR NOT NULL, destination VARCHAR NOT NULL, kind VARCHAR NOT NULL, listing_id VARCHAR, subject VARCHAR, score DECIMAL(5, 2),
    enqueued_at TIMESTAMPTZ NOT NULL, last_event VARCHAR NOT NULL, last_event_at TIMESTAMPTZ NOT NULL, attempts INTEGER NOT NULL,
    reason VARCHAR NOT NULL, next_try_at TIMESTAMPTZ, for_digest BOOLEAN NOT NULL, may_repeat BOOLEAN NOT NULL
);

-- What the user records. Nothing is rewritten: undoing a pursuit or ending a trial is a row of its own.
CREATE TABLE pursuit (
    pursuit_id VARCHAR NOT NULL, listing_id VARCHAR NOT NULL, stage VARCHAR NOT NULL, at_time TIMESTAMPTZ NOT NULL, connects INTEGER,
    amount DECIMAL(18, 4), objection VARCHAR, note VARCHAR, recorded_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE pursuit_undo (pursuit_id VARCHAR NOT NULL, undone_at TIMESTAMPTZ NOT NULL);
CREATE TABLE rating (listing_id VARCHAR NOT NULL, rating VARCHAR NOT NULL, because VARCHAR, at_time TIMESTAMPTZ NOT NULL);
CREATE TABLE contact (contact_id VARCHAR NOT NULL, at_time TIMESTAMPTZ NOT NULL, kind VARCHAR NOT NULL, note VARCHAR, amount DECIMAL(18, 4));
CREATE TABLE trial (
    name VARCHAR NOT NULL, problem VARCHAR NOT NULL, offer VARCHAR NOT NULL, started_at TIMESTAMPTZ NOT NULL, days INTEGER NOT NULL,
    criteria_hash VARCHAR
);
CREATE TABLE trial_end (name VARCHAR NOT NULL, ended_at TIMESTAMPTZ NOT NULL);
