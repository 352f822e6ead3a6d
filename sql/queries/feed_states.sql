-- Every feed as its last poll left it.
FROM feed_state;
