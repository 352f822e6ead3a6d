-- Each edit of a job: the fields that changed, each with its old and new value.
CREATE OR REPLACE VIEW revisions AS
SELECT listing_id, revision, seen_at, changes FROM listing_edit;
