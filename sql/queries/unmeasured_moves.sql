-- Of the listings that may move those without measures under the proposed words, the newest first.
SELECT place, epoch_us(first_seen_at) AS first_seen
FROM may_move
WHERE listing_id NOT IN (
    SELECT listing_id FROM measure WHERE text_key = $text_key UNION ALL SELECT listing_id FROM measured WHERE text_key = $text_key
)
ORDER BY first_seen_at DESC, place DESC;
