-- When each pursuit began, the oldest first; what was only skipped is none.
SELECT listing_id, min(at_time) AS begun_at FROM pursuits WHERE stage <> 'skipped' GROUP BY listing_id ORDER BY begun_at, listing_id;
