-- A mark of the settings with which a feed was last polled: where they changed, it is due at once.
ALTER TABLE feed_state ADD COLUMN settings VARCHAR;
