-- The jobs that their person has answered: with an event of a proposal, or a rating "bad", that stands.
SELECT listing_id FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id)
UNION
SELECT listing_id FROM rating ANTI JOIN rating_undo USING (rating_id) GROUP BY listing_id
HAVING arg_max(rating, (at_time, rating.rowid)) = 'bad';
