-- What was measured of listings, from a file of our own; what another process has measured meanwhile is left out.
INSERT INTO measure BY NAME
SELECT * REPLACE (text_key::UBIGINT AS text_key) FROM read_csv($file, header = true, all_varchar = true, nullstr = '') AS new
ANTI JOIN measure ON measure.listing_id = new.listing_id AND measure.text_key = new.text_key::UBIGINT;
