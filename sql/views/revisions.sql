-- Each edit of a job: the fields that changed, each with its old and new value.
CREATE OR REPLACE VIEW revisions AS
SELECT listing_id, revision, seen_at, changes FROM internal.listing_edit;
COMMENT ON VIEW revisions IS 'One row per edit of a job.';
COMMENT ON COLUMN revisions.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN revisions.revision IS '1 for the first edit';
COMMENT ON COLUMN revisions.seen_at IS 'when the edit was seen';
COMMENT ON COLUMN revisions.changes IS 'each fact that changed, with its value before and after';
