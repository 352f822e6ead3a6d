-- The proof's fit in place of a similarity for each proof, and the ask beside each decision. What was measured by the old way is of no use to
-- the new one: it goes, and is made again when it is asked for.

ALTER TABLE decision ADD COLUMN ask VARCHAR;

DROP TABLE measure;
CREATE TABLE measure (
    listing_id VARCHAR NOT NULL, first_seen_at TIMESTAMPTZ NOT NULL, text_key UBIGINT NOT NULL, rules VARCHAR,
    fit DECIMAL(5, 4), proof INTEGER, capped BOOLEAN NOT NULL, another_craft BOOLEAN NOT NULL,
    scope VARCHAR NOT NULL, scope_score DECIMAL(5, 4) NOT NULL, specificity DECIMAL(5, 4) NOT NULL,
    silent BOOLEAN NOT NULL, pay_known BOOLEAN NOT NULL, hourly BOOLEAN NOT NULL, low DECIMAL(18, 6), high DECIMAL(18, 6),
    effort DECIMAL(9, 1), hours DECIMAL(18, 6), payment_verified BOOLEAN, spent DECIMAL(18, 4), hire_rate DECIMAL(9, 6),
    rating DECIMAL(9, 4), connects INTEGER, proposals INTEGER
);
