-- What a US dollar, which connects cost, was worth in the base currency on the day of a job's first sight.
ALTER TABLE measure ADD COLUMN dollar DECIMAL(18, 6);

-- What the proof declares beside what the text shows, and the signs that the text shows, each with its quote. NULL in rows of before, in which
-- `exposure` was the proof's where that declared one: they say nothing until the job is judged again.
ALTER TABLE decision ADD COLUMN proof_exposure VARCHAR;
ALTER TABLE decision ADD COLUMN signals STRUCT(kind VARCHAR, name VARCHAR, quote VARCHAR)[];
