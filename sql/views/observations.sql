-- Each change of a job's live facts.
CREATE OR REPLACE VIEW observations AS
SELECT listing_id, seen_at, proposals_min, proposals_max, interviewing, connects FROM observation;
