-- Second paths outside the marketplaces.
CREATE OR REPLACE VIEW contacts AS
SELECT contact_id, at_time, kind, note, amount FROM contact;
