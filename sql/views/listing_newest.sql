-- Each job as its newest version has it. Edits are few, so that this costs little more than the table of first versions.
CREATE OR REPLACE VIEW internal.listing_newest AS
FROM internal.listing ANTI JOIN internal.listing_edit USING (listing_id)
UNION ALL
FROM internal.listing_edit SEMI JOIN (SELECT listing_id, max(revision) AS revision FROM internal.listing_edit GROUP BY listing_id) USING (listing_id, revision);
COMMENT ON VIEW internal.listing_newest IS 'Inner: each job with its newest text, as it is stored; ask listings.';
