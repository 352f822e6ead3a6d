-- What a pursuit that no feed brought is called and where it came from (its `listing_id` is made from these), the hours that a pursuit took,
-- and what its proposal led with: 'diagnosis', 'proof' or 'first_step'.
ALTER TABLE pursuit ADD COLUMN source VARCHAR;
ALTER TABLE pursuit ADD COLUMN title VARCHAR;
ALTER TABLE pursuit ADD COLUMN hours DECIMAL(9, 2);
ALTER TABLE pursuit ADD COLUMN led VARCHAR;
