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
FROM contact
LEFT JOIN (
    SELECT
        contact_id,
        arg_max(outcome, (at_time, rowid)) AS outcome,
        arg_max(amount, (at_time, rowid)) AS amount,
        arg_max(struct_pack(next_on), (at_time, rowid)) AS facts,
        max(at_time) AS updated_at
    FROM contact_update
    GROUP BY contact_id
) AS newest USING (contact_id);
