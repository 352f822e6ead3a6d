-- A schema for what lies behind the views, so that `SHOW TABLES` lists the views. DuckDB can't move a table: in a new history the tables are
-- made in it; a history that has them beside its views is written anew (goldmine_ingest/store/moving.py), or keeps them where they are.
CREATE SCHEMA IF NOT EXISTS internal;
