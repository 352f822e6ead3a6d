-- When each of these feeds last gave a good answer.
SELECT feed, last_ok_at FROM feed_state WHERE feed IN (SELECT unnest($feeds));
