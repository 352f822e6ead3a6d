-- The listings that changed words may move, with their row numbers: not those that a criterion rejects which no word reaches (`screened` has
-- the new thresholds on the old measures), unless they qualify now. Rules are out of reach where they are as they were; where the base
-- currency changed, nothing is.
SELECT listing_id, place, screened.first_seen_at
FROM screened JOIN present USING (listing_id) JOIN places USING (listing_id)
WHERE present.decision = 0
    OR screened.close
    OR NOT $same_currency
    OR greatest(screened.client, screened.worth, screened.flags, CASE WHEN $same_rules THEN screened.rules ELSE 0 END) < 2;
