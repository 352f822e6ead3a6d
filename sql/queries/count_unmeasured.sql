-- How many listings have no measures under these settings. A listing has at most one row of them.
SELECT
    (SELECT count(*) FROM listing WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
    - (SELECT count(*) FROM measure WHERE text_key = $text_key AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)) AS missing;
