-- What was kept as JSON and as sentences in `meta`, and steered: which destinations were out of the configuration, and which feeds have a
-- baseline ahead.

-- When each destination was out of the configuration: it owed nothing meanwhile. Small, without an index, replaced as a whole.
CREATE TABLE absence (destination VARCHAR NOT NULL, gone_at TIMESTAMPTZ NOT NULL, back_at TIMESTAMPTZ);
INSERT INTO absence
SELECT found.name, found.gone_at, found.back_at
FROM (
    SELECT unnest(from_json(value, '[{"name": "VARCHAR", "gone_at": "TIMESTAMPTZ", "back_at": "TIMESTAMPTZ"}]')) AS found
    FROM meta
    WHERE key = 'away' AND value <> ''
);

-- The feeds whose first good poll is a baseline: it is stored and alerts no one ('' stands for every feed). `origin` says where this history
-- came from, 'restored' or 'imported'. Small, without an index, replaced as a whole.
CREATE TABLE baseline (feed VARCHAR NOT NULL, origin VARCHAR NOT NULL);
INSERT INTO baseline
SELECT '', CASE value WHEN 'imported from an export' THEN 'imported' ELSE 'restored' END FROM meta WHERE key = 'baseline' AND value <> '';
INSERT INTO baseline
SELECT unnest(found.feeds), CASE found.why WHEN 'imported from an export' THEN 'imported' ELSE 'restored' END
FROM (
    SELECT from_json(value, '{"feeds": ["VARCHAR"], "why": "VARCHAR"}') AS found FROM meta WHERE key = 'baseline_feeds' AND value <> ''
);

DELETE FROM meta WHERE key IN ('away', 'baseline', 'baseline_feeds');
