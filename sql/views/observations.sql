-- Each change of a job's live facts.
CREATE OR REPLACE VIEW observations AS
SELECT listing_id, seen_at, proposals_min, proposals_max, interviewing, connects FROM internal.observation;
COMMENT ON VIEW observations IS 'One row per change of a live fact.';
COMMENT ON COLUMN observations.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN observations.seen_at IS 'when it was seen';
COMMENT ON COLUMN observations.proposals_min IS 'at least so many had applied';
COMMENT ON COLUMN observations.proposals_max IS 'at most so many had applied';
COMMENT ON COLUMN observations.interviewing IS 'how many the client was talking to';
COMMENT ON COLUMN observations.connects IS 'what a proposal cost';
