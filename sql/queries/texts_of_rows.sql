-- Which text these listings had at their first sight.
SELECT rowid, listing_id, text_hash, title, description, skills FROM listing WHERE rowid IN (SELECT unnest($rows::BIGINT[])) ORDER BY rowid;
