-- The versions of each of these jobs; who asks takes the newest. Both tables, not the view of the newest: half of what planning that takes.
FROM listing WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
UNION ALL
FROM listing_edit WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]));
