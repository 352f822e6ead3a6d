-- Ratings as pursuits are: each has an id by which it can be taken back, in a row of its own, and says by which way it came.
ALTER TABLE rating ADD COLUMN rating_id VARCHAR;
ALTER TABLE rating ADD COLUMN way VARCHAR;
UPDATE rating SET rating_id = replace(uuid()::VARCHAR, '-', '');
CREATE TABLE rating_undo (rating_id VARCHAR NOT NULL, undone_at TIMESTAMPTZ NOT NULL);
