-- Every listing is stored once, and its key still stands.
SELECT format('listing {} stands {} times', listing_id, count(*)) AS example FROM listing GROUP BY listing_id HAVING count(*) > 1
UNION ALL
SELECT 'the key of the listings is gone'
WHERE NOT EXISTS (
    SELECT 1 FROM duckdb_constraints()
    WHERE database_name = current_database() AND table_name = 'listing' AND constraint_type = 'PRIMARY KEY'
);
