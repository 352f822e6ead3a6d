-- The jobs that no feed brought: their person pasted them in (`goldmine judge --save`), under the name 'judged'.
CREATE OR REPLACE VIEW pasted AS
SELECT listing_id
FROM presence
WHERE listing_id IN (SELECT listing_id FROM presence WHERE feed = 'judged')
GROUP BY listing_id
HAVING bool_and(feed = 'judged');
COMMENT ON VIEW pasted IS 'Inner: listings that were judged by hand and saved, which no feed brought.';
