-- Which of these jobs their person has answered, and how last: tracked in any stage, or rated bad (what was undone doesn't count).
SELECT listing_id, arg_max(how, at_time) AS how, max(at_time) AS answered_at
FROM (
    SELECT listing_id, stage AS how, at_time FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id)
    UNION ALL
    SELECT listing_id, arg_max(rating, (at_time, rating.rowid)), max(at_time)
    FROM rating ANTI JOIN rating_undo USING (rating_id)
    GROUP BY listing_id
    HAVING arg_max(rating, (at_time, rating.rowid)) = 'bad'
)
WHERE listing_id IN (SELECT unnest($ids::VARCHAR[]))
GROUP BY listing_id;
