-- The listings first seen since then, each with what was extracted from its text, its pay, how many had applied, and the reasons it names.
SELECT
    l.listing_id,
    l.title,
    l.description,
    l.skills,
    f.payload,
    CASE WHEN l.pay = 'fixed' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS fixed,
    CASE WHEN l.pay = 'hourly' THEN coalesce(l.budget_max_base, l.budget_min_base) END AS hourly,
    coalesce(l.proposals_min, l.proposals_max) AS proposals,
    list_transform(list_filter(coalesce(d.signals, []), lambda s: starts_with(s.kind, 'job.')), lambda s: s.name) AS reasons
FROM listing_newest AS l
LEFT JOIN (SELECT text_hash, any_value(payload) AS payload FROM text_features GROUP BY text_hash) AS f USING (text_hash)
LEFT JOIN decision_newest AS d USING (listing_id)
WHERE ($since::TIMESTAMPTZ IS NULL OR l.first_seen_at >= $since::TIMESTAMPTZ) AND l.repost_of IS NULL
ORDER BY l.first_seen_at, l.listing_id;
