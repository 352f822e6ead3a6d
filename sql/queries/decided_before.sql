-- The newest decisions under these criteria that an earlier version of the program made: before the history learnt of the fit (the ninth
-- migration), or on listings that the present version hasn't measured. The newest listings first.
SELECT
    decision_newest.listing_id,
    listing.title,
    decision_newest.decision,
    decision_newest.score,
    list_contains(list_transform(list_filter(findings, lambda f: f.verdict = 'fail'), lambda f: f.setting), 'rules.exclude') AS by_exclude
FROM decision_newest JOIN listing USING (listing_id)
WHERE
    decision_newest.criteria_hash = $criteria_hash
    AND listing.first_seen_at >= $since
    AND (
        decided_at < (SELECT applied_at FROM schema_version WHERE version = 9)
        OR NOT EXISTS (FROM measure WHERE measure.listing_id = decision_newest.listing_id AND measure.text_key = $text_key)
    )
ORDER BY listing.first_seen_at DESC, decision_newest.listing_id
LIMIT $at_most;
