-- The feed's own id of the client, where it has one.
ALTER TABLE listing ADD COLUMN client_id VARCHAR;
ALTER TABLE listing_edit ADD COLUMN client_id VARCHAR;
