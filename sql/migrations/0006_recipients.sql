-- A destination whose url names several recipients has an alert for each. What was sent, held or buried before has no slot: it is the state of
-- whoever the url names when it is first read, which needs its secrets and so happens in the next cycle (pipeline/recipients.py).
ALTER TABLE alert_event ADD COLUMN slot VARCHAR DEFAULT '';
ALTER TABLE alert_event ADD COLUMN recipient VARCHAR DEFAULT '';
ALTER TABLE open_alert ADD COLUMN slot VARCHAR DEFAULT '';
ALTER TABLE open_alert ADD COLUMN recipient VARCHAR DEFAULT '';

-- Who joined a destination, moved to another address, or left it. `slot` is part of the alert ids, and stays; `key` is a keyed hash of the
-- address, `label` what may be shown of it. `began_at`: from when on it is owed something.
CREATE TABLE recipient (
    destination VARCHAR NOT NULL, event VARCHAR NOT NULL, noted_at TIMESTAMPTZ NOT NULL, slot VARCHAR NOT NULL, key VARCHAR NOT NULL,
    label VARCHAR NOT NULL, began_at TIMESTAMPTZ NOT NULL
);
