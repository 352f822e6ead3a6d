-- The red flags of each measured listing, a bit each: [decision.flags] says what they do, in a backtest too.
ALTER TABLE measure ADD COLUMN flags INTEGER DEFAULT 0;
