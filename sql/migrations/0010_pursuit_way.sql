-- How an event of a proposal came to be recorded: by a command, from an export, from a mail.

ALTER TABLE pursuit ADD COLUMN way VARCHAR;
