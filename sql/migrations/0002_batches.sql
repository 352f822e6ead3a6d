-- Batches that workers wrote: each is taken in once, and one that comes late moves no feed back.

-- When the last poll that was taken in began.
ALTER TABLE feed_state ADD COLUMN last_poll_at TIMESTAMPTZ;

-- The batches that were taken in, each noted in the transaction that took it in. `feed` is '' for the whole batch; if the history refused
-- that in one transaction, each of its feeds has a row of its own first. Old rows are dropped: by then the batch's file is long gone.
CREATE TABLE taken_batch (batch_id VARCHAR NOT NULL, feed VARCHAR NOT NULL, taken_at TIMESTAMPTZ NOT NULL);
