-- What became of every destination's recipients, in order.
FROM recipient ORDER BY rowid;
