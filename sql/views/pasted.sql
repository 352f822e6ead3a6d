-- The jobs that no feed brought: their person pasted them in (`goldmine judge --save`), under the name 'judged'.
CREATE OR REPLACE VIEW internal.pasted AS
SELECT listing_id
FROM internal.presence
WHERE listing_id IN (SELECT listing_id FROM internal.presence WHERE feed = 'judged')
GROUP BY listing_id
HAVING bool_and(feed = 'judged');
COMMENT ON VIEW internal.pasted IS 'Inner: listings that were judged by hand and saved, which no feed brought.';
