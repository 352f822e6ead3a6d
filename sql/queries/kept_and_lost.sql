-- Of the rated listings (by their newest rating) and the pursuits that were replied to or hired: how many of those that qualify would stay.
WITH two_ways AS (
    SELECT listing_id, proposed.decision = 0 AS kept, present.decision = 0 AND proposed.decision != 0 AS lost
    FROM present JOIN proposed USING (listing_id)
    WHERE listing_id IN (SELECT listing_id FROM ratings UNION ALL SELECT listing_id FROM pursuits)
),
rated AS (SELECT listing_id, arg_max(rating, at_time) AS rating FROM ratings GROUP BY listing_id),
won AS (SELECT DISTINCT listing_id FROM pursuits WHERE stage IN ('replied', 'interviewed', 'hired'))
SELECT
    (SELECT count(*) FROM two_ways JOIN rated USING (listing_id) WHERE rating = 'good' AND kept),
    (SELECT count(*) FROM two_ways JOIN rated USING (listing_id) WHERE rating = 'good' AND lost),
    (SELECT count(*) FROM two_ways JOIN rated USING (listing_id) WHERE rating = 'bad' AND kept),
    (SELECT count(*) FROM two_ways JOIN rated USING (listing_id) WHERE rating = 'bad' AND lost),
    (SELECT count(*) FROM two_ways JOIN won USING (listing_id) WHERE kept),
    (SELECT count(*) FROM two_ways JOIN won USING (listing_id) WHERE lost);
