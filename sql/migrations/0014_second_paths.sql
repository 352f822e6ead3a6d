-- A second path belongs to a pursuit and has a next date; what became of it is a row of its own. A trial says what it takes.
ALTER TABLE contact ADD COLUMN listing_id VARCHAR;
ALTER TABLE contact ADD COLUMN next_on DATE;
CREATE TABLE contact_update (
    contact_id VARCHAR NOT NULL, at_time TIMESTAMPTZ NOT NULL, outcome VARCHAR, next_on DATE, amount DECIMAL(18, 4)
);
ALTER TABLE trial ADD COLUMN contacts_a_week INTEGER;
ALTER TABLE trial ADD COLUMN pursuits INTEGER;
