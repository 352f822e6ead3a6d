-- Second paths outside the marketplaces, each with the pursuit that it belongs to, its next date and what became of it last.
CREATE OR REPLACE VIEW contacts AS
SELECT
    contact.contact_id,
    contact.at_time,
    contact.kind,
    contact.note,
    coalesce(newest.amount, contact.amount) AS amount,
    contact.listing_id,
    CASE WHEN newest.contact_id IS NULL THEN contact.next_on ELSE newest.facts.next_on END AS next_on,
    newest.outcome,
    newest.updated_at
FROM internal.contact
LEFT JOIN (
    SELECT
        contact_id,
        arg_max(outcome, (at_time, rowid)) AS outcome,
        arg_max(amount, (at_time, rowid)) AS amount,
        arg_max(struct_pack(next_on), (at_time, rowid)) AS facts,
        max(at_time) AS updated_at
    FROM internal.contact_update
    GROUP BY contact_id
) AS newest USING (contact_id);
COMMENT ON VIEW contacts IS 'One row per second path outside the marketplaces.';
COMMENT ON COLUMN contacts.contact_id IS 'its id';
COMMENT ON COLUMN contacts.at_time IS 'when it was recorded';
COMMENT ON COLUMN contacts.kind IS 'referral, case_study, publication, past_client or offer';
COMMENT ON COLUMN contacts.note IS 'who, where, what about';
COMMENT ON COLUMN contacts.amount IS 'what it brought, in the base currency';
COMMENT ON COLUMN contacts.listing_id IS 'the pursuit that it belongs to';
COMMENT ON COLUMN contacts.next_on IS 'the day of the next step';
COMMENT ON COLUMN contacts.outcome IS 'what became of it last';
COMMENT ON COLUMN contacts.updated_at IS 'when that was recorded';
