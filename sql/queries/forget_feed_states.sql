-- Makes room for newer rows of these feeds, in the same transaction.
DELETE FROM feed_state WHERE feed IN (SELECT unnest($feeds));
