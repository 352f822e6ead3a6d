-- Of each alert that isn't finished, what says whether it waits for a digest. (The time without its zone: see feed_states.)
SELECT destination, slot, kind, for_digest, last_event, listing_id, timezone('UTC', enqueued_at) AS enqueued_at FROM open_alert;
