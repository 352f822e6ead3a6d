-- The jobs whose id begins so; two are enough to know that the prefix isn't unique.
SELECT listing_id FROM listing WHERE listing_id ^@ $prefix LIMIT 2;
