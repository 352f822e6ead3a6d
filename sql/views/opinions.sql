-- What a language model answered about jobs, one row a listing and request, the newest try.
CREATE OR REPLACE VIEW opinions AS
SELECT listing_id, opinion_key AS key, model, asked_at, ms, tokens, state, nullif(why, '') AS why, answer
FROM opinion
QUALIFY row_number() OVER (PARTITION BY listing_id, opinion_key ORDER BY answer IS NOT NULL DESC, rowid DESC) = 1;
