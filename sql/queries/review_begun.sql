-- When this history began to watch: its first poll, else its first listing; NULL for an empty one.
SELECT least((SELECT min(started_at) FROM polls), (SELECT min(first_seen_at) FROM listing)) AS begun_at;
