-- How many listings qualify under the proposed criteria, newly, and not any more.
SELECT
    count(*) FILTER (proposed.decision = 0),
    count(*) FILTER (proposed.decision = 0 AND present.decision != 0),
    count(*) FILTER (proposed.decision != 0 AND present.decision = 0)
FROM present JOIN proposed USING (listing_id);
