-- Jobs that came back: the first posting, how often it was repeated, where, and whether the budget moved.
SELECT
    left(o.listing_id, 8) AS id,
    o.title,
    o.platform,
    count(*) AS reposts,
    list_sort(list(DISTINCT r.platform)) AS platforms,
    min(o.first_seen_at) AS first_seen_at,
    max(r.first_seen_at) AS last_repost_at,
    min(coalesce(o.budget_max_base, o.budget_min_base)) AS first_budget,
    arg_max(coalesce(r.budget_max_base, r.budget_min_base), r.first_seen_at) AS last_budget
FROM listings AS r
JOIN listings AS o ON o.listing_id = r.repost_of
GROUP BY o.listing_id, o.title, o.platform
ORDER BY reposts DESC, last_repost_at DESC, id;
