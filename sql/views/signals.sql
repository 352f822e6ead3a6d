-- What each job shows, with the sentence that shows it: why the client pays ('job.revenue', 'job.cost', 'job.risk', 'job.speed',
-- 'job.judgment'), the user's tasks that it asks for ('task.NAME'), whether it asks for AI ('ai'), how far a machine does it ('exposure').
-- Jobs that were judged before this was looked for have none until they are judged again.
CREATE OR REPLACE VIEW signals AS
SELECT listing_id, signal.kind, signal.name, signal.quote
FROM (SELECT listing_id, unnest(signals) AS signal FROM internal.decision_newest);
COMMENT ON VIEW signals IS 'One row per listing and sign, with the sentence that shows it; jobs judged before a sign was looked for have none until they are judged again.';
COMMENT ON COLUMN signals.listing_id IS 'which listing: 20 hex digits, the same for ever';
COMMENT ON COLUMN signals.kind IS 'job.revenue, job.cost, job.risk, job.speed, job.judgment: why the client pays; task.NAME: a task of the user''s; ai: asks for AI work; exposure';
COMMENT ON COLUMN signals.name IS 'of the task, or what was shown';
COMMENT ON COLUMN signals.quote IS 'the listing''s own words';
