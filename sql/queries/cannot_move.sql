-- The listings that no word can move: rejected by the new criteria too. What their words would have come to is not known, and moves nothing.
INSERT INTO proposed BY NAME
FROM screened ANTI JOIN may_move USING (listing_id) ANTI JOIN proposed USING (listing_id)
WHERE $since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ;
