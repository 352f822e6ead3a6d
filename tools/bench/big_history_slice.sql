-- A slice of the listings, the oldest first, with all that hangs on each. `plan` names and dates them, `base` holds those they are drawn from.
CREATE OR REPLACE TEMP TABLE slice AS FROM plan WHERE number >= $start AND number < $end;

-- Texts: the beginning of a judged one, and sentences up to about 1,200 characters.
CREATE OR REPLACE TEMP TABLE text AS
SELECT number, left(base.description, 250) || ' ' || left(words, 950) AS description
FROM slice
JOIN base.internal.listing AS base ON base.listing_id = base_id
JOIN (
    SELECT number, string_agg(sentence, ' ') AS words
    FROM (SELECT number, hash(number, unnest(range(13))) % (SELECT count(*) FROM pool) AS n FROM slice)
    JOIN pool USING (n)
    GROUP BY number
) USING (number);

INSERT INTO listing BY NAME
SELECT base.* REPLACE (
    plan.listing_id AS listing_id,
    plan.text_hash AS text_hash,
    seen AS seen_at,
    seen AS first_seen_at,
    seen - INTERVAL 9 MINUTE AS posted_at,
    'https://www.upwork.com/jobs/~01' || format('{:016x}', number) AS url,
    format('~01{:016x}', number) AS platform_job_id,
    base.title || ' ' || number % 997 AS title,
    text.description AS description,
    base.budget_min + number % 89 AS budget_min,
    base.budget_min_base + number % 89 AS budget_min_base,
    base.budget_max + number % 89 AS budget_max,
    base.budget_max_base + number % 89 AS budget_max_base,
    CASE WHEN number % 40 = 3 THEN earlier END AS repost_of
)
FROM slice AS plan
JOIN base.internal.listing AS base ON base.listing_id = base_id
JOIN text USING (number)
LEFT JOIN (SELECT number + 1 AS after, listing_id AS earlier FROM slice) ON after = plan.number
ORDER BY number;

INSERT INTO measure
SELECT base.* REPLACE (plan.listing_id AS listing_id, seen AS first_seen_at, base.high + number % 89 AS high)
FROM slice AS plan
JOIN base.internal.measure AS base ON base.listing_id = base_id
ORDER BY number;

INSERT INTO alias
SELECT hash(number, base.kind), md5(number || base.kind)::UUID, base.kind, plan.listing_id, seen
FROM slice AS plan
JOIN base.internal.alias AS base ON base.listing_id = base_id
ORDER BY number;

-- One text in two hundred is from a template: it shares its keys with others.
INSERT INTO text_key
SELECT CASE WHEN number % 200 = 0 THEN base.key ELSE hash(number, base.key) % 4294967296 END, plan.listing_id
FROM slice AS plan
JOIN base.internal.text_key AS base ON base.listing_id = base_id
ORDER BY number;

INSERT INTO raw_entry
SELECT
    plan.listing_id, plan.feed, seen, format('{:064x}', number), json_merge_patch(base.raw, json_object('body', text.description)),
    base.kind, base.source
FROM slice AS plan
JOIN base.internal.raw_entry AS base ON base.listing_id = base_id
JOIN text USING (number)
WHERE seen >= (SELECT max(seen) FROM plan) - INTERVAL 180 DAY
ORDER BY number;

INSERT INTO observation
SELECT plan.key, plan.listing_id, seen, number % 50, NULL, NULL, base.connects
FROM slice AS plan
JOIN base.internal.observation AS base ON base.listing_id = base_id
WHERE number % 5 = 1
ORDER BY number;

INSERT INTO presence
SELECT key, listing_id, feed, 'appeared', seen, NULL FROM slice
UNION ALL
SELECT key, listing_id, feed, 'gone', seen + INTERVAL 2 DAY, seen + INTERVAL 47 HOUR FROM slice WHERE number < $held;

INSERT INTO decision BY NAME
SELECT base.* REPLACE (number + 1 AS seq, plan.key AS key, plan.listing_id AS listing_id, seen AS decided_at)
FROM slice AS plan
JOIN base.internal.decision AS base ON base.listing_id = base_id
ORDER BY number;

INSERT INTO text_features
SELECT plan.text_key, plan.text_hash, payload
FROM slice AS plan
JOIN base.internal.listing AS base ON base.listing_id = base_id
JOIN base.internal.text_features AS features ON features.text_hash = base.text_hash
ORDER BY number;
