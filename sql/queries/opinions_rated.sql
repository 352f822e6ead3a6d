-- What a language model and the user said of the same jobs, the newest rating of each.
SELECT listing_id, said, may_pass, arg_max(rating, at_time) AS rating
FROM opined JOIN ratings USING (listing_id)
WHERE said IS NOT NULL
GROUP BY ALL
ORDER BY listing_id;
