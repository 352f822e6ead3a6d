-- What each job shows, with the sentence that shows it: why the client pays ('job.revenue', 'job.cost', 'job.risk', 'job.speed',
-- 'job.judgment'), the user's tasks that it asks for ('task.NAME'), whether it asks for AI ('ai'), how far a machine does it ('exposure').
-- Jobs that were judged before this was looked for have none until they are judged again.
CREATE OR REPLACE VIEW signals AS
SELECT listing_id, signal.kind, signal.name, signal.quote
FROM (SELECT listing_id, unnest(signals) AS signal FROM decision_newest);
