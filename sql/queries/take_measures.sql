-- The same, for one question only.
INSERT INTO measured BY NAME SELECT * FROM read_csv($files::VARCHAR[], header = true, all_varchar = true, nullstr = '');
