-- The stages that each pursuit reached.
SELECT DISTINCT listing_id, stage FROM pursuits;
