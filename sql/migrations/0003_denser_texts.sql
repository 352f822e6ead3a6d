-- The two largest columns that are seldom looked up are compressed harder: with a million listings they were half of the file.

CREATE TABLE denser_features (key UBIGINT NOT NULL, text_hash VARCHAR NOT NULL, payload VARCHAR USING COMPRESSION zstd NOT NULL);
INSERT INTO denser_features SELECT key, text_hash, payload FROM text_features ORDER BY rowid;
DROP TABLE text_features;
ALTER TABLE denser_features RENAME TO text_features;

CREATE TABLE denser_entry (
    listing_id VARCHAR NOT NULL, feed VARCHAR NOT NULL, seen_at TIMESTAMPTZ NOT NULL, digest VARCHAR NOT NULL,
    raw JSON USING COMPRESSION zstd NOT NULL, kind VARCHAR, source VARCHAR
);
INSERT INTO denser_entry SELECT listing_id, feed, seen_at, digest, raw, kind, source FROM raw_entry ORDER BY rowid;
DROP TABLE raw_entry;
ALTER TABLE denser_entry RENAME TO raw_entry;
