-- What the user did about a job and what came of it; what was undone is left out.
CREATE OR REPLACE VIEW pursuits AS
SELECT listing_id, stage, at_time, connects, amount, objection, note, source, title, hours, led, way
FROM pursuit ANTI JOIN pursuit_undo USING (pursuit_id);
