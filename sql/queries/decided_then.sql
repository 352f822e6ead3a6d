-- Each listing of `present` whose decision was stored: what was decided then, and what is now.
SELECT listing_id, decision_newest.decision AS decided_then, present.decision AS decided_now
FROM present JOIN decision_newest USING (listing_id)
ORDER BY listing_id;
