-- Which of these jobs their person has answered, and how last: tracked in any stage (what was undone doesn't count), or rated bad.
SELECT listing_id, arg_max(how, at_time) AS how, max(at_time) AS answered_at
FROM (
    SELECT listing_id, stage AS how, at_time FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id)
    UNION ALL
    SELECT listing_id, arg_max(rating, (at_time, rowid)), max(at_time) FROM rating GROUP BY listing_id
    HAVING arg_max(rating, (at_time, rowid)) = 'bad'
)
WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
GROUP BY listing_id;
