-- What a language model answered about jobs, one row a listing and request, the newest try.
CREATE OR REPLACE VIEW opinions AS
SELECT listing_id, opinion_key AS key, model, asked_at, ms, tokens, state, nullif(why, '') AS why, answer
FROM internal.opinion
QUALIFY row_number() OVER (PARTITION BY listing_id, opinion_key ORDER BY answer IS NOT NULL DESC, rowid DESC) = 1;
COMMENT ON VIEW opinions IS 'What a language model answered about jobs, a row a job and request (its newest try); empty without [opinion]';
COMMENT ON COLUMN opinions.listing_id IS 'The job';
COMMENT ON COLUMN opinions.key IS 'Names all that was asked: SHA-256 of prompt version, model, shape of the answer, and the texts sent';
COMMENT ON COLUMN opinions.model IS 'The model, as [opinion] names it';
COMMENT ON COLUMN opinions.asked_at IS 'When it was asked, or its answer was imported';
COMMENT ON COLUMN opinions.ms IS 'How long the call took; 0 where the answer was there';
COMMENT ON COLUMN opinions.tokens IS 'Tokens of question and answer, as the endpoint counts them; NULL where it doesn''t';
COMMENT ON COLUMN opinions.state IS 'answered, invalid (in the right shape, but it doesn''t hold) or failed';
COMMENT ON COLUMN opinions.why IS 'Why there is no answer; NULL where there is one';
COMMENT ON COLUMN opinions.answer IS 'The answer that was checked: ask, proof, fit, specific, engagement, doubt, doubt_quote, first_step';
