-- What the user did about a job and what came of it; what was undone is left out.
CREATE OR REPLACE VIEW pursuits AS
SELECT listing_id, stage, at_time, connects, amount, objection, note, source, title, hours, led, way
FROM internal.pursuit ANTI JOIN internal.pursuit_undo USING (pursuit_id);
COMMENT ON VIEW pursuits IS 'One row per event of a pursuit: what you did about a job, and what came of it.';
COMMENT ON COLUMN pursuits.listing_id IS 'which listing; of work that no feed brought an id that no listing has';
COMMENT ON COLUMN pursuits.stage IS 'pursued, viewed, replied, interviewed, hired, declined, withdrawn, skipped or followed_up';
COMMENT ON COLUMN pursuits.at_time IS 'when it happened';
COMMENT ON COLUMN pursuits.connects IS 'what the proposal cost';
COMMENT ON COLUMN pursuits.amount IS 'asked or earned, in the base currency';
COMMENT ON COLUMN pursuits.objection IS 'why it failed, as a tag';
COMMENT ON COLUMN pursuits.note IS 'yours';
COMMENT ON COLUMN pursuits.source IS 'of work that no feed brought: invitation, referral …';
COMMENT ON COLUMN pursuits.title IS 'of work that no feed brought';
COMMENT ON COLUMN pursuits.hours IS 'spent on it';
COMMENT ON COLUMN pursuits.led IS 'what the proposal began with: diagnosis, proof or first_step';
COMMENT ON COLUMN pursuits.way IS 'how it was recorded: command, page, phone, mail or csv';
